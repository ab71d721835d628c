import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { type Finished, runspanHere } from '../servers/command-line.ts'
import { type RunModel, storeRuns } from './records.ts'

/* The verbs of the deeper questions, as a script and as a person would use them. */

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
  const runs = Array.from({ length: 60 }, (_, i): RunModel => {
    const slow = i >= 30 ? 4000 : 2000
    const common = { queue: 0, dependencies: [] }
    const again = { node: '=load', start: 3000, end: 3500, queue: 0, dependencies: ['extract'] }
    const error = { type: 'Error', message: '+1 too many' }
    return {
      id: `asked-${i}`,
      workflow: 'asked',
      start: i * 3_600_000,
      end: 9000,
      status: 'completed',
      version: i >= 30 ? '2.0' : '1.0',
      tasks: [
        { ...common, node: 'extract', attempt: 1, start: 0, end: slow + (i % 7), status: 'completed' },
        ...(i % 10 === 3 ? [{ ...again, attempt: 1, status: 'failed' as const, error }] : []),
        { ...again, attempt: i % 10 === 3 ? 2 : 1, start: 4500, end: 8900, status: 'completed' },
      ],
    }
  })
  await storeRuns(at, runs, 1)
})
afterAll(() => at.stop())

function runspan(...args: string[]): Promise<Finished> {
  const { url, user, password, database } = at.server
  const where = new URL(url)
  const clickhouse = `http://${user}:${encodeURIComponent(password)}@${where.host}/${database}`
  const { FORCE_COLOR: _, ...rest } = process.env
  return runspanHere(args, { ...rest, RUNSPAN_CLICKHOUSE_URL: clickhouse, RUNSPAN_DATA: at.dataDir, COLUMNS: '80' })
}

test('rows for scripts: one JSON document, or CSV that no spreadsheet takes for formulas', async () => {
  const asked: string[][] = [
    ['bottlenecks', 'asked'],
    ['regressions', '--workflow', 'asked'],
    ['flaky', '--workflow', 'asked'],
    ['compare', 'asked-1', 'asked-40'],
    ['whatif', 'asked-1', '--task', '=load', '--speedup', '2'],
    ['nodes', 'asked'],
  ]
  const answers = await Promise.all(asked.map((args) => runspan(...args, '--json')))
  for (const { code, stdout, stderr } of answers) expect([code, stderr, JSON.parse(stdout)]).toMatchObject([0, '', {}])
  const [bottlenecks, regressions, flaky, comparison, whatif] = answers.map(({ stdout }) => JSON.parse(stdout))
  expect(bottlenecks).toMatchObject({ workflow: 'asked', runs: 60 })
  expect(regressions).toMatchObject({
    by: 'version',
    durations: [{ nodeId: 'extract', verdict: 'slower' }, { verdict: 'same' }],
  })
  expect(flaky).toMatchObject([{ nodeId: '=load', kind: 'recovers', recoveredRuns: 6, runs: 60 }])
  expect(comparison).toMatchObject({ runs: [{ run: { runId: 'asked-1' } }, {}], tasks: [{}, {}] })
  expect(whatif).toMatchObject({ durationSeconds: 9, savedSeconds: 2.2 })
  for (const args of asked) {
    const { code, stdout } = await runspan(...args, '--csv')
    expect(code).toBe(0)
    const lines = stdout.split('\r\n')
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.at(-1)).toBe('')
    // no cell starts like a formula
    expect(stdout.match(/(?:^|,|\n)"?=/)).toBe(null)
  }
})

test('CSV for Excel is the same behind a byte order mark, on its own and of a report', async () => {
  const pairs = [
    [
      ['nodes', 'asked', '--csv'],
      ['nodes', 'asked', '--csv', '--bom'],
    ],
    [
      ['runs', '--csv'],
      ['runs', '--bom'],
    ],
    [
      ['report', 'asked-1', '--format', 'csv', '-o', '-'],
      ['report', 'asked-1', '--format', 'csv', '-o', '-', '--bom'],
    ],
  ]
  for (const [plain, bom] of pairs) {
    const [without, behind] = await Promise.all([runspan(...plain!), runspan(...bom!)])
    expect([without.code, without.stdout.length > 0, without.stdout.startsWith('\uFEFF')]).toEqual([0, true, false])
    expect(behind.stdout).toBe(`\uFEFF${without.stdout}`)
    expect([...Buffer.from(behind.stdout).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  }
  const wrong = await Promise.all([
    runspan('nodes', 'asked', '--json', '--bom'),
    runspan('report', 'asked-1', '-o', '-', '--bom'),
  ])
  expect(wrong.map(({ code, stdout }) => [code, stdout])).toEqual([
    [2, ''],
    [2, ''],
  ])
})

test('tables for people: nothing wider than the terminal, no escapes in a pipe', async () => {
  for (const args of [
    ['bottlenecks', 'asked'],
    ['regressions'],
    ['flaky'],
    ['compare', 'asked-1', 'asked-40', 'asked-50'],
    ['whatif', 'asked-1', '--task', 'extract'],
    ['stats'],
  ]) {
    const { code, stdout } = await runspan(...args)
    expect(code, args[0]).toBe(0)
    expect(stdout.includes('\u001B')).toBe(false)
    expect(Math.max(...stdout.split('\n').map((line) => [...line].length)), args[0]).toBeLessThanOrEqual(80)
  }
})

const QUESTIONS: readonly (readonly [args: readonly string[], rows: (answer: never) => unknown])[] = [
  [['failures'], (rows) => rows],
  [
    ['anomalies', '--since', '3650d'],
    ({ runs, tasks }: { runs: unknown; tasks: unknown[] }) => Array.isArray(runs) && tasks,
  ],
  [['changes', '--workflow', 'asked', '--time-zone', 'Europe/Berlin'], (rows) => rows],
  [['metrics', '--workflow', 'asked'], (rows) => rows],
  [['metrics', 'asked-3'], (metrics) => [metrics]],
  [
    ['sla', 'asked', '--within', '8s', '--expected', '02:00', '--from', '2026-11-20', '--to', '2026-11-23'],
    ({ days }: { days: unknown }) => days,
  ],
  [
    ['throughput', '--from', '2026-11-20', '--to', '2026-11-23', '--interval', 'day'],
    ({ buckets }: { buckets: unknown }) => buckets,
  ],
  [['longest', '--limit', '3'], (rows) => rows],
  [['longest', '--tasks', '--workflow', 'asked'], (rows) => rows],
  [['hungriest', '--by', 'memory'], (rows) => rows],
  [['hungriest', '--tasks', '--by', 'disk', '--limit', '2'], (rows) => rows],
  [['costs', '--by', 'task', '--cpu-price', '1', '--memory-price', '0'], (rows) => rows],
  [['costs', 'asked-3'], ({ tasks }: { tasks: unknown }) => tasks],
  [['timeleft', 'asked-3'], (left) => [left]],
  [['history', 'asked', '=load', '--limit', '5'], (rows) => rows],
]

test('every question has a verb: its rows as JSON, the same as CSV, a table with a heading, help with an example', async () => {
  for (const [args, rowsOf] of QUESTIONS) {
    const what = args.join(' ')
    const [json, csv, text, help] = await Promise.all([
      runspan(...args, '--json'),
      runspan(...args, '--csv'),
      runspan(...args),
      runspan(args[0]!, '--help'),
    ])
    expect([json.code, csv.code, text.code, help.code, json.stderr], what).toEqual([0, 0, 0, 0, ''])
    const rows = rowsOf(JSON.parse(json.stdout) as never)
    expect(Array.isArray(rows), what).toBe(true)
    const lines = csv.stdout.split('\r\n').filter((line) => line !== '')
    const { length } = rows as unknown[]
    expect(lines.length, what).toBe(length === 0 ? 0 : length + 1)
    const [heading, ...table] = text.stdout.trimEnd().split('\n')
    expect(heading, what).toMatch(/^[A-Zas]/)
    expect(table.length, what).toBeGreaterThan(1)
    expect(Math.max(...text.stdout.split('\n').map((line) => [...line].length)), what).toBeLessThanOrEqual(80)
    expect(text.stdout, what).not.toMatch(/undefined|NaN|"/)
    expect(text.stdout.includes('\u001B'), what).toBe(false)
    expect(help.stdout, what).toContain(`$ runspan ${args[0]}`)
  }
  const failures = JSON.parse((await runspan('failures', '--json')).stdout) as object[]
  expect(failures).toMatchObject([{ workflow: 'asked', count: 6, errorMessage: '+1 too many' }])
  const sla = JSON.parse((await runspan('sla', 'asked', '--within', '8s', '--json')).stdout) as object
  expect(sla).toMatchObject({ met: 0, missed: 60, attained: 0 })
  const wrong = await Promise.all([
    runspan('sla', 'asked'),
    runspan('sla', 'asked', '--within', 'soon'),
    runspan('costs', '--cpu-price', '1'),
    runspan('hungriest', '--by', 'luck'),
    runspan('metrics', '--time-zone', 'Nowhere/Town'),
    runspan('throughput', '--interval', '0s'),
    runspan('sla', 'askd', '--within', '1s'),
    runspan('failures', '--workflow', 'askd'),
  ])
  expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2, 1, 1])
}, 180_000)

test('exit codes: compared is done, worse is 1 only when asked, wrong use is 2', async () => {
  const sides = ['--baseline', '1.0', '--candidate', '2.0']
  const codes = await Promise.all([
    runspan('regressions', '--workflow', 'asked', ...sides),
    runspan('regressions', '--workflow', 'asked', ...sides, '--exit-code'),
    runspan('regressions', '--workflow', 'asked', '--baseline', '2.0', '--candidate', '2.0', '--exit-code'),
    runspan('regressions', '--baseline', '1.0'),
    runspan('whatif', 'asked-1', '--task', 'extract', '--speedup', '0'),
    runspan('whatif', 'asked-1'),
    runspan('whatif', 'asked-1', '--task', 'nowhere'),
    runspan('compare', 'asked-1', 'nowhere'),
    runspan('flaky', '--json', '--csv'),
  ])
  expect(codes.map(({ code }) => code)).toEqual([0, 1, 0, 2, 2, 2, 1, 1, 2])
  expect(codes[6]!.stderr).toContain('extract')
})

test('an unknown name is an error with the nearest existing name, not an empty answer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runspan-nothing-'))
  const wrong = 'askd'
  const asked: string[][] = [
    ['nodes', wrong],
    ['bottlenecks', wrong],
    ['dashboard', wrong, '-o', folder],
    ['stats', '--workflow', wrong],
    ['runs', '--workflow', wrong],
    ['flaky', '--workflow', wrong],
    ['regressions', '--workflow', wrong],
    ['stats', '--workflow', ''],
    ...['run', 'tasks', 'trends', 'report', 'watch'].map((verb) => [verb, 'askd-1']),
    ['compare', 'asked-1', 'askd-1'],
    ['whatif', 'askd-1', '--task', 'extract'],
    ['whatif', 'asked-1', '--task', 'extrct'],
    ['history', 'asked', 'extrct'],
    ['history', wrong, 'extract'],
  ]
  for (const args of asked) {
    for (const more of args[0] === 'watch' ? [[]] : [[], ['--json']]) {
      const { code, stdout, stderr } = await runspan(...args, ...more)
      expect([args, code, stdout]).toEqual([args, 1, ''])
      const wanted = args.includes('extrct') ? 'extract' : args.includes('askd-1') ? 'asked-' : 'asked'
      expect(stderr, args.join(' ')).toMatch(
        new RegExp(
          `^runspan: There is no (workflow|run|ended task in the run|task of "asked" named) "[^"]*"\\. .*"${wanted}`,
        ),
      )
    }
  }
  expect(readdirSync(folder)).toEqual([])
  rmSync(folder, { recursive: true })
  // an existing name without data in the range gives an empty answer
  expect(await runspan('nodes', 'asked', '--from', '2020-01-01', '--to', '2020-01-02', '--json')).toMatchObject({
    code: 0,
    stdout: '[]\n',
  })
})
