import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/*
 * The packed tarballs in an empty project, as a user gets them. Needs the npm registry and a minute, so it runs only with
 * `RUNSPAN_TEST_ALL=1`.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const all = process.env['RUNSPAN_TEST_ALL'] === '1'

describe.skipIf(!all)('packed (needs RUNSPAN_TEST_ALL=1: the npm registry and a minute)', () => {
  let dir: string
  const run = (command: string, args: readonly string[], cwd = dir): string =>
    execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, RUNSPAN_DATA: undefined },
    })

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'runspan-packed-'))
    mkdirSync(join(dir, 'tarballs'))
    for (const name of readdirSync(join(ROOT, 'packages'))) {
      run('npm', ['pack', '--silent', '--pack-destination', join(dir, 'tarballs')], join(ROOT, 'packages', name))
    }
    writeFileSync(join(dir, 'package.json'), '{ "name": "empty", "version": "1.2.3", "private": true }')
    const tarballs = readdirSync(join(dir, 'tarballs')).map((file) => `./tarballs/${file}`)
    run('npm', ['install', '--no-fund', '--no-audit', '--silent', ...tarballs, '@types/node@20', 'typescript@6.0.3'])
  }, 300_000)
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('import and require reach the same library', () => {
    writeFileSync(
      join(dir, 'import.mjs'),
      `import { TaskManager, Workflow } from 'runspan'; console.log(typeof TaskManager, typeof Workflow)`,
    )
    writeFileSync(
      join(dir, 'require.cjs'),
      `const a = require('runspan'); import('runspan').then((b) => console.log(typeof a.TaskManager, a.TaskManager === b.TaskManager))`,
    )
    expect(run('node', ['import.mjs'])).toBe('function function\n')
    expect(run('node', ['--no-warnings', 'require.cjs'])).toBe('function true\n')
  })

  test.each(['index.mts', 'index.cts'])(
    'types, from %s',
    (file) => {
      const imports = file.endsWith('.cts')
        ? `import runspan = require('runspan')\nconst { Workflow } = runspan`
        : `import { Workflow } from 'runspan'`
      writeFileSync(
        join(dir, file),
        `${imports}
const workflow = new Workflow('typed').addTask('one', {}, () => 1).addTask('two', { after: ['one'] }, ({ results }) => results.one.toFixed(1))
// @ts-expect-error there is no such task
workflow.addTask('three', { after: ['nobody'] }, () => 1)
`,
      )
      const compiled = ['nodenext', 'node16'].map((module) =>
        run('npx', [
          'tsc',
          '--noEmit',
          '--strict',
          '--skipLibCheck',
          '--types',
          'node',
          '--module',
          module,
          '--target',
          'es2023',
          file,
        ]),
      )
      expect(compiled).toEqual(['', ''])
    },
    120_000,
  )

  test('npx runspan demo, then runs --json', () => {
    run('npx', ['runspan', 'demo'])
    const runs = JSON.parse(run('npx', ['runspan', 'runs', '--json'])) as { workflow: string }[]
    expect(runs).toHaveLength(12)
    expect(readdirSync(dir)).toContain('.runspan')
  })

  test('without the engine package all but the embedded server works', () => {
    rmSync(join(dir, 'node_modules', '@chdb'), { recursive: true })
    writeFileSync(
      join(dir, 'record.mjs'),
      `import { TaskManager } from 'runspan'
const manager = new TaskManager()
await manager.withRun('without', (run) => run.withTask('step', () => 1))
await manager.getRun('x').catch((error) => console.log(error.code))`,
    )
    expect(run('node', ['record.mjs'])).toBe('ENGINE_NOT_INSTALLED\n')
    expect(run('npx', ['runspan', 'schema', 'show'])).toContain('CREATE TABLE')
    expect(() => run('npx', ['runspan', 'runs'])).toThrow(/npm install @chdb\/lib-linux-x64-gnu|--clickhouse/)
  })
})
