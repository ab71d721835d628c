import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { makeDataDirectory } from '@runspan/configuration'
import { afterEach, beforeEach, expect, test } from 'vitest'

/* A data directory holds passwords and is next to package.json: neither npm nor git may include it. */

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'runspan-kept-out-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function project(manifest: object): string {
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', ...manifest }))
  writeFileSync(join(dir, 'index.js'), '')
  const data = join(dir, '.runspan')
  makeDataDirectory(data)
  mkdirSync(join(data, 'spool'))
  for (const name of ['server.json', 'spool/1.segment']) writeFileSync(join(data, name), 'secret')
  return data
}

const MANIFESTS: [string, object, string?][] = [
  ['plain', {}],
  ['with an .npmignore of its own, which overrules .gitignore', {}, 'test\n'],
  ['with files: **/*', { files: ['**/*'] }],
  ['with files: *', { files: ['*'] }],
]
test.each(MANIFESTS)('npm pack of a project %s', (_, manifest, ignore) => {
  project(manifest)
  if (ignore !== undefined) writeFileSync(join(dir, '.npmignore'), ignore)
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: dir,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const packed: unknown = JSON.parse(output)
  const [{ files }] = (Array.isArray(packed) ? packed : Object.values(packed as object)) as [
    { files: { path: string }[] },
  ]
  const paths = files.map(({ path }) => path)
  expect(paths).toContain('index.js')
  expect(paths.filter((path) => path.includes('.runspan'))).toEqual([])
})

test('git sees nothing of it', () => {
  project({})
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: dir, encoding: 'utf8' })
  git('init', '--quiet')
  git('add', '--all')
  expect(git('ls-files').trim().split('\n')).toEqual(['index.js', 'package.json'])
  expect(git('status', '--porcelain', '--untracked-files=all')).not.toContain('.runspan')
})

test('a directory that holds something else is left alone; an older .runspan is not', () => {
  const mine = join(dir, 'mine')
  mkdirSync(mine)
  writeFileSync(join(mine, 'source.ts'), '')
  makeDataDirectory(mine)
  expect(readdirSync(mine)).toEqual(['source.ts'])
  const older = join(dir, '.runspan')
  mkdirSync(join(older, 'spool'), { recursive: true })
  makeDataDirectory(older)
  expect(existsSync(join(older, '.gitignore'))).toBe(true)
})
