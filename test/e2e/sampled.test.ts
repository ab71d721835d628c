import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { dailyMetrics, nodePerformance, runStats } from '@runspan/analytics'
import { ingestRequest } from '@runspan/collector'
import { SAMPLE_WEIGHT } from '@runspan/rules'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { runspanHere } from '../servers/command-line.ts'
import { hex } from './records.ts'

/*
 * Behind a sampler each stored run counts for those it represents: a failure rate of 1 % stays 1 % if every failure is kept
 * and a tenth of the rest.
 */

const START = Date.parse('2026-11-20T00:00:00Z')
/** 2^56 × 0.9: nine of ten are left out. */
const TENTH = 'ot=th:e6666666666666'

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

interface Sampled {
  readonly workflow: string
  readonly id: string
  readonly minute: number
  readonly seconds: number
  readonly status: 'completed' | 'failed'
  readonly traceState?: string
  readonly attributes?: Readonly<Record<string, string>>
}

/** Returns a run and its task, as a collector forwards them. */
function request({ workflow, id, minute, seconds, status, traceState = '', attributes = {} }: Sampled): object {
  const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })
  const nano = (milliseconds: number): string => `${START + minute * 60_000 + milliseconds}000000`
  const span = (spanId: string, name: string, more: object[], parentSpanId = ''): object => ({
    traceId: hex(id, 32),
    spanId,
    parentSpanId,
    name,
    traceState,
    startTimeUnixNano: nano(0),
    endTimeUnixNano: nano(seconds * 1000),
    attributes: [
      text('workflow.name', workflow),
      text('workflow.run.id', id),
      ...Object.entries(attributes).map(([key, value]) => text(key, value)),
      ...more,
    ],
  })
  const run = hex(id, 16)
  const spans = [
    span(run, workflow, [text('workflow.run.status', status)]),
    span(hex(`t${id}`, 16), 'load', [text('workflow.task.id', 'load'), text('workflow.task.status', status)], run),
  ]
  return {
    resourceSpans: [
      { resource: { attributes: [text('service.name', 'etl')] }, scopeSpans: [{ scope: { name: 'runspan' }, spans }] },
    ],
  }
}

async function store(runs: readonly Sampled[]): Promise<void> {
  for (const run of runs) ingestRequest(request(run), at.spool)
  await at.deliver()
}

async function runspan(...args: string[]): Promise<string> {
  const { url, user, password, database } = at.server
  const clickhouse = `http://${user}:${encodeURIComponent(password)}@${new URL(url).host}/${database}`
  const { FORCE_COLOR: _, ...rest } = process.env
  const env = { ...rest, RUNSPAN_CLICKHOUSE_URL: clickhouse, RUNSPAN_DATA: at.dataDir, COLUMNS: '120' }
  const { code, stdout, stderr } = await runspanHere(args, env)
  expect(code, stderr).toBe(0)
  return stdout
}

/** A thousand runs of which ten failed and took longer. The sampler kept all failures and a tenth of the rest. */
const ALL = Array.from({ length: 1000 }, (_, i) => ({
  failed: i % 100 === 7,
  seconds: i % 100 === 7 ? 50 : 10 + (i % 10),
}))
const kept = (workflow: string, mark: (failed: boolean) => Partial<Sampled>): Sampled[] =>
  ALL.flatMap(({ failed, seconds }, i) =>
    failed || i % 11 === 0
      ? [
          {
            workflow,
            id: `${workflow}-${i}`,
            minute: i,
            seconds,
            status: failed ? 'failed' : 'completed',
            ...mark(failed),
          } as const,
        ]
      : [],
  )

test('counts, rates and quantiles are those of all runs, as far as the sampler lets one say', async () => {
  const runs = kept('weighted', (failed) => ({
    traceState: failed ? 'vendor=1,ot=th:0' : `${TENTH};rv:12345678901234`,
  }))
  await store(runs)
  const completed = runs.filter(({ status }) => status === 'completed').length
  const truth = 10 / (10 + completed * 10)
  const stats = await runStats(at.clickhouse, { workflow: 'weighted' })
  expect(stats).toMatchObject({
    totalRuns: expect.closeTo(10 + completed * 10, 3),
    failedRuns: 10,
    successRate: expect.closeTo(1 - truth, 6),
    sampling: { storedRuns: runs.length, unknownRuns: 0 },
  })
  expect(truth).toBeLessThan(0.012) // without weights it is 10 %
  expect(stats.p95DurationSeconds).toBeLessThan(20) // the failed ones' 50 s are 1 %, not 10 %
  const days = await dailyMetrics(at.clickhouse, { workflow: 'weighted' })
  expect(days.reduce((sum, day) => sum + day.failed, 0)).toBe(10)
  expect(days.reduce((sum, day) => sum + day.runs, 0)).toBeCloseTo(10 + completed * 10, 3)
})

test('attempts of tasks are weighted by their runs', async () => {
  const runs = kept('weighted', () => ({}))
  const completed = runs.filter(({ status }) => status === 'completed').length
  const [load] = await nodePerformance(at.clickhouse, { workflow: 'weighted' })
  expect(load).toMatchObject({
    nodeId: 'load',
    count: expect.closeTo(10 + completed * 10, 3),
    failureRate: expect.closeTo(10 / (10 + completed * 10), 6),
    sampled: 'weighted',
  })
  expect(load!.p95DurationSeconds).toBeLessThan(20)
  expect(await runspan('nodes', 'weighted')).toContain('sampled')
})

test('the terminal and the dashboard show it to a person', async () => {
  const text = await runspan('stats', '--workflow', 'weighted')
  expect(text).toMatch(/success .* 99%/)
  expect(text).toContain('sampled')
  const folder = mkdtempSync(join(tmpdir(), 'runspan-sampled-'))
  await runspan('dashboard', 'weighted', '--since', '3650d', '-o', folder)
  const html = readFileSync(join(folder, 'dashboard.html'), 'utf8')
  expect(html).toContain('sampled')
  expect(html).toMatch(/99[\u202F ]%/)
  rmSync(folder, { recursive: true })
})

test('if the sampling rate is unknown, the number has a note', async () => {
  const runs = kept('unknown', (failed) => ({ attributes: { 'tailsampling.policy': failed ? 'errors' : 'a-tenth' } }))
  await store(runs)
  expect(await runStats(at.clickhouse, { workflow: 'unknown' })).toMatchObject({
    totalRuns: runs.length,
    sampling: { storedRuns: runs.length, unknownRuns: runs.length },
  })
  expect(await runspan('stats', '--workflow', 'unknown')).toContain('sampled, nobody knows how many were left out')
})

test('there is no note without sampling', async () => {
  await store([
    { workflow: 'whole', id: 'whole-1', minute: 0, seconds: 1, status: 'completed', traceState: 'vendor=1' },
  ])
  expect(await runStats(at.clickhouse, { workflow: 'whole' })).not.toHaveProperty('sampling')
  expect(await nodePerformance(at.clickhouse, { workflow: 'whole' })).toEqual([
    expect.not.objectContaining({ sampled: expect.anything() }),
  ])
  expect(await runspan('stats', '--workflow', 'whole')).not.toContain('sampled')
})

test.each([
  ['', {}, 0],
  ['ot=th:0', {}, 1],
  ['ot=th:8', {}, 2],
  ['ot=th:e666', {}, 65_536 / (65_536 - 0xe666)],
  ['rojo=00f067aa0ba902b7,ot=rv:abcdefabcdefab;th:c', {}, 4],
  [' ot=th:c ', {}, 4],
  ['congo=t61rcWkgMzE,ot=p:8;r:62', {}, 0],
  ['foo=ot=th:8', {}, 0],
  ['ot=th:ffffffffffffff', {}, 1e6], // limited: one in a million at most
  ['ot=th:fffffffffffffff', {}, 0], // too long to be valid
  ['ot=th:xyz', {}, 0],
  ['ot=th:-1', {}, 0],
  ['', { SampleRate: '20' }, 20],
  ['', { SampleRate: 'Infinity' }, 1e6],
  ['', { SampleRate: 'nan' }, 0],
  ['', { SampleRate: '-5' }, 0],
  ['ot=th:8', { SampleRate: '20' }, 2],
  ['', { 'tailsampling.policy': 'errors' }, 0.5],
])('trace state %j with %j weighs %d', async (traceState, attributes, weight) => {
  const [row] = await at.clickhouse.query<{ weight: number }>(
    `SELECT toFloat64(${SAMPLE_WEIGHT}) AS weight FROM (SELECT {traceState:String} AS TraceState, mapFromArrays({keys:Array(String)}, {values:Array(String)}) AS SpanAttributes)`,
    { traceState, keys: Object.keys(attributes), values: Object.values(attributes) },
  )
  expect(row!.weight).toBeCloseTo(weight, 6)
})
