import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { runspanHere } from '../servers/command-line.ts'

/* Names, messages and values that a terminal or a browser would obey, through every output. Runs the build. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BIN = join(ROOT, 'packages/runspan/bin/runspan.js')
const LIBRARY = pathToFileURL(join(ROOT, 'packages/runspan/dist/index.js')).href

const HOSTILE = [
  '\u001B]0;pwned\u001B\\\u001B[2J\u001B[31mred',
  '\u001B[31m',
  '\u009B31mC1',
  'rtl\u202Egnp.exe',
  'alm\u061Cx\u2067iso\u2069',
  'ls\u2028ps\u2029',
  'zw\u200B\u200D\uFEFF\u00AD',
  'tag\u{E0041}\u{E0042}',
  '\b\b\b\b\r\nOK',
  'over\rwritten',
  '\u007F',
]
const ALL = HOSTILE.join('|')

let at: TestServer
let dir: string
beforeAll(async () => {
  at = await startTestServer()
  dir = mkdtempSync(join(tmpdir(), 'runspan-hostile-'))
  writeFileSync(
    join(dir, 'record.mjs'),
    `import { TaskManager } from '${LIBRARY}'
const names = ${JSON.stringify([...HOSTILE, ALL])}
const manager = new TaskManager()
for (const name of names) {
  const run = manager.startRun(name, { runId: name + '-id', tags: [name], metadata: { [name]: name }, trigger: name })
  const task = run.startTask(name, { dependencies: [name] })
  task.progress(1, 2, name)
  const error = Object.assign(new Error(name), { name })
  error.stack = name + '\\n    at ' + name
  task.fail(error)
  run.fail(error)
}
const run = manager.startRun('all names', { runId: 'all' })
for (const name of names) run.startTask(name).fail(new Error(name))
run.fail(new Error(names.join(' ')))
const again = manager.startRun('all names', { runId: 'all-again' })
for (const name of names) again.startTask(name).complete()
again.complete()
await manager.close()
`,
  )
  execFileSync(process.execPath, ['record.mjs'], { cwd: dir, env: { ...process.env, RUNSPAN_DATA: at.dataDir } })
  await at.deliver()
})
afterAll(async () => {
  await at.stop()
  rmSync(dir, { recursive: true, force: true })
})

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  RUNSPAN_DATA: at.dataDir,
  COLUMNS: '100',
  FORCE_COLOR: '1',
})

/** Returns both outputs together. */
async function runspan(...args: string[]): Promise<string> {
  const { stdout, stderr } = await runspanHere(args, environment())
  return stdout + stderr
}

const COLOUR = new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, 'g')

/** Returns the characters that may not be printed, each once; our own colours are allowed. */
function obeyed(text: string): string[] {
  const plain = text.replaceAll(COLOUR, '').replaceAll('\r\n', '\n')
  const found = plain.match(/[^\P{C}\n\t]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu) ?? []
  return [...new Set(found.map((character) => `U+${character.codePointAt(0)!.toString(16)}`))]
}

const VERBS: string[][] = [
  ['runs'],
  ['runs', '--csv'],
  ['run', 'all'],
  ['run', `${ALL}-id`],
  ['tasks', 'all'],
  ['tasks', `${ALL}-id`, '--csv'],
  ['nodes', 'all names'],
  ['nodes', ALL, '--csv'],
  ['flaky'],
  ['bottlenecks', 'all names'],
  ['compare', 'all', 'all-again'],
  ['sql', 'SELECT SpanName, StatusMessage, SpanAttributes FROM otel_traces'],
  ['report', 'all', '--format', 'csv', '-o', '-'],
  ['report', `${ALL}-id`, '--format', 'markdown', '-o', '-'],
  ['report', `${ALL}-id`, '--format', 'html', '-o', '-'],
  ['run', '\u001B]0;pwn'],
  ['nodes', '\u001B[31mno\u202Epe'],
  ['run', '--bogus\u001B]0;x'],
  ['\u001B]0;x'],
  ['ingest', 'no\u001B]0;file'],
]
test.each(VERBS.map((args, i) => ({ args, title: `${args[0]}, ${i}` })))(
  'runspan $title: nothing that a terminal obeys',
  async ({ args }) => {
    const output = await runspan(...args)
    expect(output.length).toBeGreaterThan(10)
    expect(obeyed(output)).toEqual([])
  },
)

test('documents: nothing that a browser or an editor obeys', async () => {
  await runspan('dashboard', ALL, '-o', join(dir, 'dashboard'))
  await runspan('dashboard', 'all names', '-o', join(dir, 'dashboard-2'))
  await runspan('report', `${ALL}-id`, '-o', join(dir, 'run.html'))
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(html|svg|md|csv)$/.test(name),
  )
  expect(files.length).toBeGreaterThan(3)
  for (const name of files) {
    // the chart library contains no names
    const text = readFileSync(join(dir, name), 'utf8').replaceAll(/<script(?![^>]*json)[^>]*>[\s\S]*?<\/script>/g, '')
    expect(obeyed(text), name).toEqual([])
  }
})

const hasScript = process.platform === 'linux' && readdirSync('/usr/bin').includes('script')
test.skipIf(!hasScript)('JSON on a terminal is the same document in escapes', async () => {
  const json = await runspan('runs', '--json')
  const command = `${process.execPath} ${BIN} runs --json`
  const shown = execFileSync('script', ['-qec', command, '/dev/null'], {
    cwd: dir,
    env: environment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  expect(obeyed(shown)).toEqual([])
  expect(JSON.parse(shown)).toEqual(JSON.parse(json))
  expect(JSON.stringify(JSON.parse(json))).toContain('\u202E')
})
