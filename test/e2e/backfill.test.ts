import { run as readRun, runs as readRuns } from '@runspan/analytics'
import { applySchema, backfill, type ClickHouse } from '@runspan/clickhouse'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { type RunModel, storeRuns } from './records.ts'

/* A ClickHouse to which a collector has written for a long time before Runspan's tables are added. */

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

const model = (i: number, more: Partial<RunModel> = {}): RunModel => ({
  id: `backfilled-${i}`,
  workflow: `workflow-${i % 3}`,
  start: i * 1_000_000,
  end: 900,
  status: i % 4 === 0 ? 'failed' : 'completed',
  tasks: ['a', 'b'].map((node, j) => ({
    node,
    attempt: 1,
    start: 10 + j * 200,
    end: 150 + j * 200,
    queue: 0,
    status: 'completed' as const,
    dependencies: [],
  })),
  ...more,
})

/** Returns all runs as readers see them, and one with all details. */
async function seen(clickhouse: ClickHouse): Promise<unknown> {
  const { runs } = await readRuns(clickhouse, { limit: 1000 })
  return [runs, await readRun(clickhouse, 'backfilled-7')]
}

const typed = [
  'workflow_runs',
  'workflow_tasks',
  'workflow_task_incidents',
  'workflow_open',
  'workflow_unplaced_tasks',
  'workflow_run_spans',
]

test('produces the rows of the views, in small steps, repeatably; no events are emitted for old data', async () => {
  await storeRuns(
    at,
    Array.from({ length: 40 }, (_, i) => model(i)),
    3,
  )
  const before = await seen(at.clickhouse)
  const [traces] = await at.clickhouse.query('SELECT count() AS n, sum(cityHash64(*)) AS hash FROM otel_traces')
  for (const table of [...typed, 'workflow_events']) await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
  const shares: number[] = []
  const made = await backfill(at.clickhouse, { rowsAStep: 7, onProgress: ({ share }) => shares.push(share) })
  expect(made).toMatchObject({ runs: 40, tasks: 80 })
  expect(shares.length).toBeGreaterThan(5)
  expect(shares.at(-1)).toBeCloseTo(1, 1)
  expect(await seen(at.clickhouse)).toEqual(before)
  expect(await at.clickhouse.query('SELECT count() AS n FROM workflow_events')).toEqual([{ n: 0 }])
  expect(await backfill(at.clickhouse)).toEqual({ runs: 0, tasks: 0, spans: 0 })
  expect((await backfill(at.clickhouse, { again: true })).runs).toBe(0)
  expect(await seen(at.clickhouse)).toEqual(before)
  expect(await at.clickhouse.query('SELECT count() AS n, sum(cityHash64(*)) AS hash FROM otel_traces')).toEqual([
    traces,
  ])
})

test('goes on where it was broken off', async () => {
  for (const table of typed) await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
  await at.clickhouse.command('TRUNCATE TABLE runspan_backfill')
  let steps = 0
  const broken = backfill(at.clickhouse, {
    rowsAStep: 20,
    onProgress: () => {
      if (++steps === 3) throw new Error('killed')
    },
  })
  await expect(broken).rejects.toThrow('killed')
  const [{ n: half }] = (await at.clickhouse.query('SELECT count() AS n FROM workflow_runs FINAL')) as [{ n: number }]
  expect(half).toBeGreaterThan(0)
  expect(half).toBeLessThan(40)
  await backfill(at.clickhouse, { rowsAStep: 20 })
  expect((await readRuns(at.clickhouse, { limit: 1000 })).runs).toHaveLength(40)
})

test('beside views that are at work: no gap, nothing twice', async () => {
  for (const table of typed) await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
  await at.clickhouse.command('TRUNCATE TABLE runspan_backfill')
  const later = Array.from({ length: 20 }, (_, i) => model(100 + i, { id: `later-${i}` }))
  await Promise.all([backfill(at.clickhouse, { rowsAStep: 10 }), storeRuns(at, later, 9)])
  const { runs } = await readRuns(at.clickhouse, { limit: 1000 })
  expect(runs).toHaveLength(60)
  expect(new Set(runs.map(({ tasks }) => tasks.total))).toEqual(new Set([2]))
})

test('only since a time', async () => {
  for (const table of typed) await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
  await at.clickhouse.command('TRUNCATE TABLE runspan_backfill')
  const [newest] = (await at.clickhouse.query(
    'SELECT toUnixTimestamp(toStartOfHour(max(Timestamp))) AS hour FROM otel_traces',
  )) as [{ hour: number }]
  await backfill(at.clickhouse, { since: new Date(newest.hour * 1000) })
  const { runs } = await readRuns(at.clickhouse, { limit: 1000 })
  expect(runs.length).toBeGreaterThan(0)
  expect(runs.length).toBeLessThan(60)
  expect(await applySchema(at.clickhouse)).toEqual([])
})
