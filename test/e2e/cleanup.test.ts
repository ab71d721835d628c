import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { applyRetention, cleanUp, nodePerformance, run, runs, runStats } from '@runspan/analytics'
import { placeTasks, rollUpTasks, setTtl } from '@runspan/clickhouse'
import { ingestFile } from '@runspan/collector'
import { cleanupOldData, TaskManager } from 'runspan'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { type Finished, runspanHere } from '../servers/command-line.ts'
import { DAY, hex, type RunModel, storeRuns } from './records.ts'

/* Compares retention with an independent computation over the same records, on the real server. */

const DAY_MS = 86_400_000

let at: TestServer
let now: number
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

beforeEach(async () => {
  now = Date.now()
  for (const { name } of await tables()) await at.clickhouse.command(`TRUNCATE TABLE ${name} SYNC`)
})

function tables(): Promise<{ name: string; engine: string }[]> {
  return at.clickhouse.query(
    `SELECT name, engine FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'runspan_schema' ORDER BY name`,
  )
}

/** Returns rows by table, merged or not, without tables that are recomputed or expire meanwhile. */
async function everything(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name, engine } of await tables()) {
    if (['workflow_task_stats', 'workflow_open', 'workflow_unplaced_tasks'].includes(name)) continue
    const final = engine === 'MergeTree' ? '' : 'FINAL'
    const [row] = await at.clickhouse.query<{ n: number }>(`SELECT toFloat64(count()) AS n FROM ${name} ${final}`)
    counts[name] = row!.n
  }
  return counts
}

interface Ended extends Partial<RunModel> {
  readonly id: string
  /** Age in days. */
  readonly age: number
  /** Null for a run without an end. */
  readonly status?: 'completed' | 'failed' | 'cancelled'
  readonly open?: boolean
}

/** Returns a run of three tasks and a few seconds. */
function history({ id, age, status = 'completed', open = false, ...more }: Ended): RunModel {
  const node = (name: string, start: number, failed = false): RunModel['tasks'][number] => ({
    node: name,
    attempt: 1,
    start,
    end: start + 1000,
    queue: 5,
    status: failed ? 'failed' : 'completed',
    dependencies: [],
  })
  return {
    id,
    workflow: 'nightly',
    start: now - age * DAY_MS - DAY,
    end: open ? null : 4000,
    status,
    tasks: [node('extract', 0), node('clean', 1000), node('load', 2000, status === 'failed')],
    ...more,
  }
}

const STATUSES = ['completed', 'completed', 'failed', 'cancelled'] as const

/** Returns runs on ten of the last sixty days, of all statuses; some were never ended, three are running. */
function sixtyDays(): RunModel[] {
  const old = Array.from({ length: 80 }, (_, i) =>
    history({
      id: `run-${i}`,
      age: (i % 10) * 6 + 0.3 + Math.floor(i / 10) / 100,
      status: STATUSES[i % STATUSES.length]!,
      open: i % 11 === 5,
      workflow: i % 3 === 0 ? 'nightly' : 'hourly',
      ...(i % 13 === 6 ? { tasks: [] } : {}),
    }),
  )
  return [...old, ...['now-1', 'now-2', 'now-3'].map((id) => history({ id, age: 0, open: true, tasks: [] }))]
}

const startOf = (model: RunModel): number => DAY + model.start
const isRunning = (model: RunModel): boolean => model.end === null && now - startOf(model) < 60_000
const endOf = (model: RunModel): number =>
  startOf(model) + (model.end ?? Math.max(0, ...model.tasks.map(({ end }) => end)))
const isTroubled = (model: RunModel): boolean => model.end === null || model.status === 'failed'

interface Limits {
  readonly olderThanDays?: number
  readonly maxRuns?: number
  readonly keepFailedRuns?: boolean
}

/** Returns what should be deleted, by a simple computation. */
function expected(models: readonly RunModel[], { olderThanDays, maxRuns, keepFailedRuns }: Limits): RunModel[] {
  const ended = models
    .filter((model) => !isRunning(model))
    .toSorted((a, b) => b.start - a.start || (a.id < b.id ? 1 : -1))
  return ended.filter((model, i) => {
    const old = olderThanDays !== undefined && endOf(model) < now - olderThanDays * DAY_MS
    const beyond = maxRuns !== undefined && i >= maxRuns
    return (old || beyond) && !(keepFailedRuns === true && isTroubled(model))
  })
}

async function storedRunIds(): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await runs(at.clickhouse, { limit: 100, cursor })
    ids.push(...page.runs.map(({ runId }) => runId))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return ids.toSorted()
}

const ids = (models: readonly RunModel[]): string[] => models.map(({ id }) => id).toSorted()
const tasksOf = (models: readonly RunModel[]): number => models.reduce((sum, { tasks }) => sum + tasks.length, 0)

test('a dry run counts what would go, by each kind of limit, and removes nothing', async () => {
  const models = sixtyDays()
  await storeRuns(at, models, 7)
  const before = await everything()
  const limits: Limits[] = [
    { olderThanDays: 30.1 },
    { olderThanDays: 30.1, keepFailedRuns: true },
    { maxRuns: 30 },
    { maxRuns: 30, keepFailedRuns: true },
    { maxRuns: 60, olderThanDays: 50.1 },
    { olderThanDays: 500 },
  ]
  for (const limit of limits) {
    const gone = expected(models, limit)
    const counted = await cleanUp(at.clickhouse, { ...limit, dryRun: true })
    expect(counted, JSON.stringify(limit)).toMatchObject({ runs: gone.length, tasks: tasksOf(gone), dryRun: true })
    expect(counted.bytes > 0).toBe(gone.length > 0)
  }
  expect(await everything()).toEqual(before)
})

test('counted rows are deleted from every table, the rest stays, and a second run does nothing', async () => {
  const models = sixtyDays()
  await storeRuns(at, models, 3)
  await rollUpTasks(at.clickhouse, 'nightly')
  const limits = { olderThanDays: 30.1, keepFailedRuns: true }
  const gone = expected(models, limits)
  const kept = models.filter((model) => !gone.includes(model))
  const counted = await cleanUp(at.clickhouse, { ...limits, dryRun: true })
  const removed = await cleanUp(at.clickhouse, limits)
  expect({ ...removed, before: null }).toEqual({ ...counted, before: null, dryRun: false })
  expect(await storedRunIds()).toEqual(ids(kept))

  for (const [table, column] of [
    ['otel_traces', 'TraceId'],
    ['otel_logs', 'TraceId'],
    ['workflow_tasks', 'trace_id'],
    ['workflow_open', 'run_id'],
  ] as const) {
    const rows = await at.clickhouse.query<{ id: string }>(`SELECT DISTINCT ${column} AS id FROM ${table} ORDER BY id`)
    const left = new Set(rows.map(({ id }) => id))
    const key = (model: RunModel): string => (column === 'run_id' ? model.id : hex(model.id, 32))
    expect([table, gone.filter((model) => left.has(key(model))).map(({ id }) => id)]).toEqual([table, []])
    // ends are spans: a run without one, of itself or of a task, is only in the logs
    const hasRows = ({ tasks, end }: RunModel): boolean =>
      table === 'otel_traces' ? tasks.length > 0 || end !== null : table !== 'workflow_tasks' || tasks.length > 0
    // heartbeats expire after thirty days, whenever ClickHouse merges
    const stays = (model: RunModel): boolean =>
      hasRows(model) && (table !== 'workflow_open' || now - startOf(model) < 29 * DAY_MS)
    expect([table, kept.filter((model) => stays(model) && !left.has(key(model)))]).toEqual([table, []])
  }
  const [events] = await at.clickhouse.query<{ n: number }>(
    'SELECT toFloat64(count()) AS n FROM workflow_events WHERE run_id IN {gone:Array(String)}',
    { gone: ids(gone) },
  )
  expect(events!.n).toBe(0)
  // daily numbers are those of the remaining tasks
  const nodes = await nodePerformance(at.clickhouse, { workflow: 'nightly' })
  const nightly = kept.filter(({ workflow }) => workflow === 'nightly')
  expect(nodes.reduce((sum, { count }) => sum + count, 0)).toBe(tasksOf(nightly))
  await rollUpTasks(at.clickhouse, 'nightly')
  const [stats] = await at.clickhouse.query<{ n: number }>(
    `SELECT toFloat64(sum(n)) AS n FROM workflow_task_stats FINAL WHERE workflow = 'nightly'`,
  )
  expect(stats!.n).toBe(tasksOf(nightly))

  const after = await everything()
  expect(await cleanUp(at.clickhouse, limits)).toMatchObject({ runs: 0, tasks: 0, bytes: 0, rows: {} })
  expect(await everything()).toEqual(after)
})

test('runs that run are never touched, whatever is asked', async () => {
  const models = sixtyDays()
  await storeRuns(at, models, 1)
  await cleanUp(at.clickhouse, { olderThanDays: 0 })
  expect(await storedRunIds()).toEqual(['now-1', 'now-2', 'now-3'])
  expect(await runStats(at.clickhouse)).toMatchObject({ totalRuns: 3, runningRuns: 3 })
})

test('a running run does not count among the newest', async () => {
  await storeRuns(
    at,
    [history({ id: 'a', age: 1 }), history({ id: 'b', age: 2 }), history({ id: 'c', age: 0, open: true, tasks: [] })],
    1,
  )
  expect(await cleanUp(at.clickhouse, { maxRuns: 1 })).toMatchObject({ runs: 1, tasks: 3, before: null })
  expect(await storedRunIds()).toEqual(['a', 'c'])
})

test('a trace that a run that stays has part in stays whole', async () => {
  await storeRuns(at, [history({ id: 'old', age: 40 }), history({ id: 'young', age: 1 })], 1)
  const shared = hex('old', 32)
  await at.clickhouse.command(
    `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, ScopeName, SpanAttributes) VALUES
      (now64(9) - 3600, {trace:String}, 'x', 'late', 'runspan', map('workflow.name', 'nightly', 'workflow.run.id', 'young', 'workflow.task.id', 'late'))`,
    { trace: shared },
  )
  await cleanUp(at.clickhouse, { olderThanDays: 30 })
  expect(await storedRunIds()).toEqual(['young'])
  const [row] = await at.clickhouse.query(
    'SELECT toFloat64(uniqExact(SpanId)) AS spans FROM otel_traces WHERE TraceId = {shared:String}',
    { shared },
  )
  expect(row).toEqual({ spans: 5 })
})

test('foreign engines: their runs are deleted with all their records, and do not come back', async () => {
  const engines = readdirSync(fixture('engines'))
  for (const engine of engines) await ingestFile(fixture(`engines/${engine}/traces.jsonl`), at.spool)
  await at.deliver()
  const stats = await runStats(at.clickhouse)
  expect(stats.totalRuns).toBeGreaterThan(engines.length)
  const removed = await cleanUp(at.clickhouse, { olderThanDays: 0 })
  expect(removed.runs).toBe(stats.totalRuns - stats.runningRuns)
  await placeTasks(at.clickhouse)
  const [left] = await at.clickhouse.query<{ tasks: number; runs: number }>(
    `SELECT toFloat64((SELECT count() FROM workflow_tasks WHERE run_id NOT IN (SELECT run_id FROM workflow_runs))) AS tasks, toFloat64((SELECT uniqExact(run_id) FROM workflow_runs)) AS runs`,
  )
  expect(left).toEqual({ tasks: 0, runs: stats.runningRuns })
})

test('the remains of a deleted run from a late record are deleted by the next clean-up', async () => {
  await storeRuns(at, [history({ id: 'gone', age: 40 })], 1)
  await cleanUp(at.clickhouse, { olderThanDays: 30 })
  await at.clickhouse.command(
    `INSERT INTO otel_logs (Timestamp, TraceId, ScopeName, LogAttributes) VALUES
      (now64(9) - 40 * 86400, {trace:String}, 'runspan', map('workflow.name', 'nightly', 'workflow.run.id', 'gone'))`,
    { trace: hex('gone', 32) },
  )
  expect(await storedRunIds()).toEqual([])
  expect(await cleanUp(at.clickhouse, { olderThanDays: 30 })).toMatchObject({ runs: 0, rows: { workflow_runs: 1 } })
  expect((await everything())['workflow_runs']).toBe(0)
})

test('one run goes with all its records, and no other', async () => {
  const [gone, stays] = [history({ id: 'gone-1', age: 3 }), history({ id: 'stays-1', age: 3.01 })]
  await storeRuns(at, [stays], 1)
  const alone = await everything()
  await storeRuns(at, [gone], 2)
  await at.clickhouse.command(
    `INSERT INTO otel_logs (Timestamp, TraceId, Body) SELECT now64(9) - 3 * 86400, {trace:String}, 'a line' FROM numbers(4)`,
    { trace: hex('gone-1', 32) },
  )
  await at.clickhouse.command(
    `INSERT INTO otel_metrics_gauge (TimeUnix, MetricName) SELECT now64(9) - 40 * 86400, 'm' FROM numbers(9)`,
  )
  const both = await everything()
  const dry = await cleanUp(at.clickhouse, { runId: 'gone', dryRun: true })
  expect(dry).toMatchObject({ runs: 1, tasks: 3, before: null })
  for (const table of ['otel_logs', 'otel_traces', 'workflow_runs', 'workflow_events'])
    expect(dry.rows[table], table).toBe(both[table]! - alone[table]!)
  expect(dry.rows['otel_logs']).toBeGreaterThanOrEqual(4)
  expect(await everything()).toEqual(both)
  expect(await cleanUp(at.clickhouse, { runId: 'gone' })).toMatchObject({
    ...dry,
    dryRun: false,
    bytes: expect.any(Number),
  })
  expect(await everything()).toEqual({ ...alone, otel_metrics_gauge: 9 })
  expect((await run(at.clickhouse, 'stays-1')).taskList).toHaveLength(3)
  await expect(cleanUp(at.clickhouse, { runId: 'gone' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
})

test('a run that runs, or an id that several have, is refused by name', async () => {
  await storeRuns(
    at,
    [
      history({ id: 'now-1', age: 0, open: true, tasks: [] }),
      ...['twin-1', 'twin-2'].map((id) => history({ id, age: 1 })),
    ],
    1,
  )
  await expect(cleanUp(at.clickhouse, { runId: 'now-1' })).rejects.toMatchObject({ code: 'RUN_NOT_ENDED' })
  await expect(cleanUp(at.clickhouse, { runId: 'twin' })).rejects.toMatchObject({ code: 'RUN_AMBIGUOUS' })
  expect(await storedRunIds()).toEqual(['now-1', 'twin-1', 'twin-2'])
})

test('one workflow: all that ended, or those beyond its own limits; another one keeps all', async () => {
  const models = sixtyDays()
  await storeRuns(at, models, 3)
  await at.clickhouse.command(
    `INSERT INTO otel_metrics_gauge (TimeUnix, MetricName) SELECT now64(9) - 50 * 86400, 'm' FROM numbers(9)`,
  )
  const hourly = models.filter(({ workflow }) => workflow === 'hourly')
  const others = models.filter(({ workflow }) => workflow !== 'hourly')
  const old = expected(hourly, { olderThanDays: 30, maxRuns: 20, keepFailedRuns: true })
  const limits = { workflow: 'hourly', olderThanDays: 30, maxRuns: 20, keepFailedRuns: true }
  expect(await cleanUp(at.clickhouse, limits)).toMatchObject({ runs: old.length, tasks: tasksOf(old) })
  expect(old.length).toBeGreaterThan(5)
  const left = hourly.filter((model) => !old.includes(model))
  expect(await storedRunIds()).toEqual(ids([...left, ...others]))
  expect(await cleanUp(at.clickhouse, { workflow: 'hourly' })).toMatchObject({ runs: left.length, before: null })
  expect(await storedRunIds()).toEqual(ids(others))
  expect((await everything())['otel_metrics_gauge']).toBe(9)
  expect(await cleanUp(at.clickhouse, { workflow: "no' OR 1" })).toMatchObject({ runs: 0, rows: {} })
})

test('metric points go by age, by whole days', async () => {
  await at.clickhouse.command(
    `INSERT INTO otel_metrics_gauge (TimeUnix, MetricName) SELECT now64(9) - number * 3600, 'm' FROM numbers(480)`,
  )
  const removed = await cleanUp(at.clickhouse, { olderThanDays: 10 })
  const [row] = await at.clickhouse.query<{ n: number; oldest: number }>(
    `SELECT toFloat64(count()) AS n, min(toDate(TimeUnix)) = toDate(now() - 10 * 86400) AS oldest FROM otel_metrics_gauge`,
  )
  expect(row).toEqual({ n: 480 - removed.rows['otel_metrics_gauge']!, oldest: 1 })
  expect(removed.rows['otel_metrics_gauge']).toBeGreaterThan(200)
})

test('safe while others write: every young run is whole, and questions are answered all along', async () => {
  const noon = Math.floor(now / DAY_MS - 30) * DAY_MS + DAY_MS / 2
  const ageAt = (time: number): number => (now - time) / DAY_MS
  const old = Array.from({ length: 60 }, (_, i) =>
    history({ id: `old-${i}`, age: ageAt(noon - (1 + (i % 10)) * 3_600_000 - (i % 6) * DAY_MS - i * 1000) }),
  )
  await storeRuns(at, old, 5)
  const written: RunModel[] = []
  const cleaning = { done: false }
  const writer = (async () => {
    for (let i = 0; !cleaning.done || i < 8; i++) {
      // recent runs, one of three on the very day of which half is deleted; at different times, because a model's spans are
      // distinguished by them
      const ages = [ageAt(now - i * 1000), ageAt(now - DAY_MS - i * 1000), ageAt(noon + 3_600_000 + i * 1000)]
      const young = ages.map((age, k) => history({ id: `new-${i}-${k}`, age }))
      await storeRuns(at, young, i)
      written.push(...young)
    }
  })()
  const reader = (async () => {
    while (!cleaning.done) {
      const stats = await runStats(at.clickhouse)
      expect(stats.totalRuns).toBeGreaterThanOrEqual(0)
      await nodePerformance(at.clickhouse, { workflow: 'nightly' })
      await runs(at.clickhouse, { limit: 10 })
      await sleep(5)
    }
  })()
  let removed = 0
  try {
    for (let round = 0; round < 4; round++) removed += (await cleanUp(at.clickhouse, { before: new Date(noon) })).runs
  } finally {
    cleaning.done = true
    await Promise.all([writer, reader])
  }
  expect(removed).toBe(60)
  expect(await storedRunIds()).toEqual(ids(written))
  for (const model of written) {
    expect((await run(at.clickhouse, model.id)).taskList.map(({ nodeId }) => nodeId)).toEqual([
      'extract',
      'clean',
      'load',
    ])
  }
  const [spans] = await at.clickhouse.query<{ n: number }>(
    'SELECT toFloat64(uniqExact(TraceId, SpanId)) AS n FROM otel_traces',
  )
  expect(spans!.n).toBe(written.length * 4)
})

test('two clean-ups at once remove the same and trip over nothing', async () => {
  const models = sixtyDays()
  await storeRuns(at, models, 2)
  const limits = { olderThanDays: 20.1 }
  await Promise.all([cleanUp(at.clickhouse, limits), cleanUp(at.clickhouse, limits)])
  const gone = new Set(ids(expected(models, limits)))
  expect(await storedRunIds()).toEqual(ids(models).filter((id) => !gone.has(id)))
  expect((await everything())['workflow_removals']).toBe(0)
})

describe('time to live', () => {
  async function definition(name: string): Promise<string> {
    const [row] = await at.clickhouse.query<{ text: string }>(
      'SELECT engine_full AS text FROM system.tables WHERE database = currentDatabase() AND name = {name:String}',
      { name },
    )
    return row!.text
  }

  test('old days are dropped by ClickHouse itself, what is young stays', async () => {
    // existing parts get the TTL, and new ones have it from the start
    await storeRuns(at, [history({ id: 'a', age: 20 }), history({ id: 'b', age: 1 })], 1)
    await setTtl(at.clickhouse, 30)
    await storeRuns(at, [history({ id: 'c', age: 21 }), history({ id: 'd', age: 40 }), history({ id: 'e', age: 2 })], 1)
    for (const table of ['otel_traces', 'otel_logs', 'workflow_tasks']) {
      await at.clickhouse.command(`OPTIMIZE TABLE ${table} FINAL`)
      const column = table === 'workflow_tasks' ? 'trace_id' : 'TraceId'
      const left = async (): Promise<string[]> => {
        const rows = await at.clickhouse.query<{ id: string }>(`SELECT DISTINCT ${column} AS id FROM ${table}`)
        return rows.map(({ id }) => Buffer.from(id, 'hex').toString().replaceAll('\0', '')).toSorted()
      }
      await expect.poll(left).toEqual(['a', 'b', 'c', 'e'])
    }
    // shortened: expired whole days are deleted immediately, without a merge
    await setTtl(at.clickhouse, 10)
    const [row] = await at.clickhouse.query<{ n: number }>('SELECT toFloat64(uniqExact(TraceId)) AS n FROM otel_traces')
    expect(row!.n).toBe(2)
  })

  test('setting it again changes nothing; none keeps all again, and what is short-lived anyway lives as before', async () => {
    const before = await Promise.all(['otel_traces', 'workflow_open', 'workflow_tasks'].map(definition))
    expect((await setTtl(at.clickhouse, null)).leftAlone).toEqual([])
    const standing = await definition('workflow_open')
    expect(standing).toContain('TTL day + toIntervalDay(30)')
    expect((await setTtl(at.clickhouse, 7)).changed).toEqual(
      expect.arrayContaining(['otel_traces', 'workflow_open', 'workflow_tasks']),
    )
    expect(await definition('otel_traces')).toContain('TTL toDateTime(Timestamp) + toIntervalDay(7)')
    expect(await setTtl(at.clickhouse, 7)).toEqual({ changed: [], leftAlone: [] })
    expect((await setTtl(at.clickhouse, 400)).changed).toContain('workflow_open')
    expect(await definition('workflow_open')).toContain('TTL day + toIntervalDay(30)')
    await setTtl(at.clickhouse, null)
    expect(await definition('otel_traces')).not.toContain('TTL')
    expect(await setTtl(at.clickhouse, null)).toEqual({ changed: [], leftAlone: [] })
    expect(before).toHaveLength(3)
    await expect(setTtl(at.clickhouse, 0)).rejects.toThrow(RangeError)
  })

  test('a collector’s own tables are left alone', async () => {
    await at.clickhouse.command('RENAME TABLE otel_metrics_summary TO kept_aside')
    try {
      await at.clickhouse.command(
        'CREATE TABLE otel_metrics_summary (TimeUnix DateTime64(9), MetricName String) ENGINE = MergeTree PARTITION BY toDate(TimeUnix) ORDER BY TimeUnix',
      )
      await at.clickhouse.command(`INSERT INTO otel_metrics_summary VALUES (now64(9) - 90 * 86400, 'theirs')`)
      expect((await setTtl(at.clickhouse, 30)).leftAlone).toEqual(['otel_metrics_summary'])
      await cleanUp(at.clickhouse, { olderThanDays: 30 })
      expect((await everything())['otel_metrics_summary']).toBe(1)
    } finally {
      await at.clickhouse.command('DROP TABLE otel_metrics_summary SYNC')
      await at.clickhouse.command('RENAME TABLE kept_aside TO otel_metrics_summary')
      await setTtl(at.clickhouse, null)
    }
  })

  test('configured retention: telemetry expires, older runs are deleted too, without a limit nothing changes', async () => {
    const models = [history({ id: 'a', age: 40 }), history({ id: 'b', age: 20 }), history({ id: 'c', age: 1 })]
    await storeRuns(at, models, 1)
    expect(await applyRetention(at.clickhouse, { days: null })).toEqual({ ttl: null, removed: null })
    const { ttl, removed } = await applyRetention(at.clickhouse, { days: 30, maxRuns: 1 })
    expect(ttl!.changed).toContain('otel_traces')
    expect(removed).toMatchObject({ runs: 2 })
    expect(await storedRunIds()).toEqual(['c'])
    const again = await applyRetention(at.clickhouse, { days: 30, maxRuns: 1 })
    expect(again).toMatchObject({ ttl: { changed: [] }, removed: { runs: 0, tasks: 0, bytes: 0 } })
    await setTtl(at.clickhouse, null)
  })
})

test.each([
  [{}, 'Name what to remove'],
  [{ olderThanDays: -1 }, 'olderThanDays must be 0 to 36500 days, not -1'],
  [{ olderThanDays: Number.NaN }, 'olderThanDays'],
  [{ runId: '' }, 'runId must not be empty'],
  [{ workflow: '' }, 'workflow must not be empty'],
  [{ runId: 'a', olderThanDays: 1 }, 'runId selects one run'],
  [{ maxRuns: 0 }, 'maxRuns must be a whole number from 1 on, not 0'],
  [{ before: new Date('nonsense') }, 'before must be a valid date'],
])('%j is refused', async (options, message) => {
  await expect(cleanUp(at.clickhouse, options)).rejects.toThrow(
    expect.objectContaining({ code: 'INVALID_RETENTION', message: expect.stringContaining(message) }),
  )
})

describe('for people', () => {
  function runspan(...args: string[]): Promise<Finished> {
    return runspanHere(['cleanup', ...args], { ...process.env, RUNSPAN_DATA: at.dataDir, COLUMNS: '60' })
  }

  test('from code', async () => {
    await storeRuns(at, [history({ id: 'a', age: 40 }), history({ id: 'b', age: 1 })], 1)
    const manager = new TaskManager({ dataDir: at.dataDir, collectMetrics: false })
    try {
      expect(await cleanupOldData(manager, { olderThanDays: 30, dryRun: true })).toMatchObject({ runs: 1, tasks: 3 })
      expect(await cleanupOldData(manager, { olderThanDays: 30 })).toMatchObject({ runs: 1, tasks: 3, dryRun: false })
      expect(await cleanupOldData(manager, { olderThanDays: 30 })).toMatchObject({ runs: 0, tasks: 0 })
      expect(await cleanupOldData(manager, { workflow: 'nightly', dryRun: true })).toMatchObject({ runs: 1, tasks: 3 })
      expect(await cleanupOldData(manager, { runId: 'b' })).toMatchObject({ runs: 1, tasks: 3 })
    } finally {
      await manager.close()
    }
  })

  test('on the command line', async () => {
    await storeRuns(
      at,
      [history({ id: 'a', age: 40 }), history({ id: 'b', age: 35, status: 'failed' }), history({ id: 'c', age: 1 })],
      1,
    )
    const dry = await runspan('--older-than', '30d', '--keep-failed', '--dry-run')
    expect(dry.stdout).toMatch(/^ {2}Would remove 1 run with 3 task attempts, about /)
    for (const line of dry.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
    const done = await runspan('--older-than', '30d', '--keep-failed', '--json')
    expect(JSON.parse(done.stdout)).toMatchObject({ runs: 1, tasks: 3, bytes: expect.any(Number), dryRun: false })
    expect(JSON.parse((await runspan('--max-runs', '1', '--json')).stdout)).toMatchObject({ runs: 1 })
    expect(await storedRunIds()).toEqual(['c'])
    await storeRuns(at, [history({ id: 'one', age: 2 }), history({ id: 'two', age: 3, workflow: 'other' })], 1)
    expect((await runspan('--run', 'one', '--dry-run')).stdout).toMatch(/Would remove 1 run with 3 task attempts/)
    expect(JSON.parse((await runspan('--run', 'one', '--json')).stdout)).toMatchObject({ runs: 1, tasks: 3 })
    expect(JSON.parse((await runspan('--workflow', 'other', '--json')).stdout)).toMatchObject({
      runs: 1,
      dryRun: false,
    })
    expect(await runspan('--run', 'one')).toMatchObject({ stdout: '', stderr: expect.stringContaining('one') })
    expect(await runspan('--workflow', 'nightli')).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('nightly'),
    })
    expect(await storedRunIds()).toEqual(['c'])
    expect(JSON.parse((await runspan('--ttl', '30d', '--json')).stdout)).toMatchObject({ runs: 0, ttl: { days: 30 } })
    expect((await runspan('--ttl', 'none')).stderr).toMatch(/Telemetry is kept: changed \d+ tables\./)
  })

  test.each([
    [[], /Say what is to go: --older-than 90d/],
    [['--older-than', '90'], /with its unit/],
    [['--run', 'a', '--older-than', '9d'], /cannot be used with/],
    [['--ttl', '12h'], /whole days/],
    [['--max-runs', '0'], /whole number/],
    [['--ttl', '3d', '--dry-run'], /cannot be used with/],
  ])('%j is wrong use', async (args, message) => {
    const { code, stderr, stdout } = await runspan(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})
