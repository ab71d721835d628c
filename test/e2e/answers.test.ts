import {
  criticalPath,
  criticalPathShare,
  keyMetrics,
  nodePerformance,
  runs,
  runStats,
  tasks,
  usualDurations,
} from '@runspan/analytics'
import { placeTasks } from '@runspan/clickhouse'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { fc } from './fast-check.ts'
import { DAY, type RunModel, spanId, storeRuns, type TaskModel } from './records.ts'

/*
 * Compares the questions with an independent computation over the same records, which reach the tables as OTLP in random
 * order, some twice.
 */

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

beforeEach(async () => {
  const tables = await at.clickhouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'runspan_schema'`,
  )
  for (const { name } of tables) await at.clickhouse.command(`TRUNCATE TABLE ${name} SYNC`)
})

const NODES = ['extract', 'clean', 'join', 'load', 'report']

/** Runs like a scheduler's: a task starts after its dependencies, may fail and be retried, or be skipped. */
const runModel = (id: string): fc.Arbitrary<RunModel> =>
  fc
    .record({
      workflow: fc.constantFrom('alpha', 'beta'),
      start: fc.integer({ min: 0, max: 86_000_000 }),
      open: fc.boolean().map((value) => value),
      status: fc.constantFrom('completed' as const, 'failed' as const, 'cancelled' as const),
      declared: fc.boolean(),
      steps: fc.array(
        fc.record({
          wait: fc.integer({ min: 0, max: 500 }),
          durations: fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 3 }),
          skip: fc.boolean(),
          on: fc.array(fc.nat(4), { maxLength: 2 }),
        }),
        { minLength: 1, maxLength: NODES.length },
      ),
      tail: fc.integer({ min: 0, max: 200 }),
      ends: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ workflow, start, status, declared, steps, tail, ends }) => {
      const list: TaskModel[] = []
      const ended = new Map<string, number>()
      for (const [i, step] of steps.entries()) {
        const node = NODES[i]!
        const on = [...new Set(step.on.filter((j) => j < i).map((j) => NODES[j]!))].filter((name) => ended.has(name))
        let cursor = Math.max(0, ...on.map((name) => ended.get(name)!))
        const dependencies = declared ? on : []
        if (step.skip && i > 0) {
          list.push({ node, attempt: 1, start: cursor, end: cursor, queue: 0, status: 'skipped', dependencies })
          continue
        }
        for (const [k, duration] of step.durations.entries()) {
          cursor += step.wait
          list.push({
            node,
            attempt: k + 1,
            start: cursor,
            end: cursor + duration,
            queue: step.wait,
            status: k < step.durations.length - 1 ? 'failed' : 'completed',
            dependencies,
          })
          cursor += duration
        }
        ended.set(node, cursor)
      }
      const last = Math.max(...list.map((task) => task.end))
      return { id, workflow, start, end: ends === 0 ? null : last + tail, status, tasks: list }
    })

const world = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.integer())
  .chain(([count, seed]) =>
    fc.tuple(
      fc.tuple(...Array.from({ length: count }, (_, i) => runModel(`run-${String(i).padStart(2, '0')}`))),
      fc.constant(seed),
    ),
  )

/**
 * Returns the smallest value that at least this share of the values does not exceed, like ClickHouse's exact quantile.
 */
function quantile(values: readonly number[], level: number): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))]!
}

const seconds = (milliseconds: number | null): number | null => (milliseconds === null ? null : milliseconds / 1000)
const average = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
const near = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 6))

test('run statistics and node performance equal an independent computation, on random workflows in any order', async () => {
  await fc.assert(
    fc
      .asyncProperty(world, async ([models, seed]) => {
        await storeRuns(at, models, seed)
        const ended = models.filter(({ end }) => end !== null)
        const durations = ended.map(({ end }) => end!)
        const count = (status: string): number => ended.filter((run) => run.status === status).length
        expect(await runStats(at.clickhouse)).toEqual({
          totalRuns: models.length,
          completedRuns: count('completed'),
          failedRuns: count('failed'),
          cancelledRuns: count('cancelled'),
          runningRuns: 0,
          lostRuns: models.length - ended.length, // days old, and silent since
          successRate: ended.length === 0 ? null : near(count('completed') / ended.length),
          avgDurationSeconds: near(seconds(average(durations))),
          p50DurationSeconds: seconds(quantile(durations, 0.5)),
          p95DurationSeconds: seconds(quantile(durations, 0.95)),
          maxDurationSeconds: durations.length === 0 ? null : Math.max(...durations) / 1000,
        })
        for (const workflow of ['alpha', 'beta'])
          await expectNodes(
            models.filter((run) => run.workflow === workflow),
            workflow,
          )
      })
      .beforeEach(async () => {
        for (const name of ['otel_traces', 'workflow_runs', 'workflow_tasks', 'workflow_open'])
          await at.clickhouse.command(`TRUNCATE TABLE ${name} SYNC`)
      }),
    { numRuns: 12, endOnFailure: true }, // shrinking takes minutes; the seed is printed
  )
})

async function expectNodes(models: readonly RunModel[], workflow: string): Promise<void> {
  const nodes = await nodePerformance(at.clickhouse, { workflow })
  const all = models.flatMap((run) => run.tasks)
  expect(nodes.map(({ nodeId }) => nodeId)).toEqual([...new Set(all.map(({ node }) => node))].toSorted())
  for (const node of nodes) {
    const attempts = all.filter((task) => task.node === node.nodeId)
    const ran = attempts.filter(({ status }) => status === 'completed' || status === 'failed')
    const durations = ran.map(({ start, end }) => end - start)
    expect(node).toMatchObject({
      count: ran.length,
      failureRate: ran.length === 0 ? null : near(ran.filter(({ status }) => status === 'failed').length / ran.length),
      avgDurationSeconds: near(seconds(average(durations))),
      p50DurationSeconds: seconds(quantile(durations, 0.5)),
      p95DurationSeconds: seconds(quantile(durations, 0.95)),
      avgQueueSeconds: near(seconds(average(ran.filter(({ attempt }) => attempt === 1).map(({ queue }) => queue)))),
      retries: attempts.filter(({ attempt }) => attempt > 1).length,
      skipped: attempts.filter(({ status }) => status === 'skipped').length,
    })
  }
  // the share of the critical path: the same walk, run by run, in TypeScript
  const onPath = new Map<string, number>()
  for (const run of models) {
    const ran = run.tasks.filter(({ status }) => status !== 'skipped')
    if (ran.length === 0) continue
    const first = Math.min(...ran.map(({ start }) => start))
    const last = Math.max(...ran.map(({ end }) => end))
    const path = criticalPath(
      run.tasks.map((task) => ({
        taskId: spanId(run.id, task.node, task.attempt),
        nodeId: task.node,
        attempt: task.attempt,
        start: task.start / 1000,
        end: task.end / 1000,
        dependencies: task.dependencies,
        skipped: task.status === 'skipped',
      })),
      first / 1000,
      last / 1000,
    )
    for (const { nodeId, selfSeconds, waitSeconds } of path.steps)
      onPath.set(nodeId, (onPath.get(nodeId) ?? 0) + selfSeconds + waitSeconds)
  }
  const total = [...onPath.values()].reduce((sum, value) => sum + value, 0)
  const shares = await criticalPathShare(at.clickhouse, { workflow })
  expect(Object.fromEntries(shares.map(({ nodeId, share }) => [nodeId, share]))).toEqual(
    Object.fromEntries([...onPath].map(([nodeId, value]) => [nodeId, near(value / total)])),
  )
}

describe('runs', () => {
  const model = (id: string, start: number, more: Partial<RunModel> = {}): RunModel => ({
    id,
    workflow: 'paged',
    start,
    end: 1000,
    status: 'completed',
    tasks: [{ node: 'only', attempt: 1, start: 0, end: 900, queue: 100, status: 'completed', dependencies: [] }],
    ...more,
  })

  test('pages: every run once, newest first, also where starts are equal', async () => {
    await storeRuns(
      at,
      Array.from({ length: 25 }, (_, i) => model(`run-${String(i).padStart(2, '0')}`, Math.floor(i / 4) * 1000)),
      1,
    )
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await runs(at.clickhouse, { limit: 7, cursor })
      seen.push(...page.runs.map(({ runId }) => runId))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
    const starts = seen.map((id) => Math.floor(Number(id.slice(4)) / 4))
    expect(starts).toEqual(starts.toSorted((a, b) => b - a))
  })

  test('ranges are half-open on the start', async () => {
    await storeRuns(at, [model('before', 0), model('at', 1000), model('end', 2000)], 1)
    const range = { from: new Date(DAY + 1000), to: new Date(DAY + 2000) }
    expect((await runs(at.clickhouse, range)).runs.map(({ runId }) => runId)).toEqual(['at'])
    expect(await runStats(at.clickhouse, range)).toMatchObject({ totalRuns: 1 })
  })

  test('two engines that share a key: both are shown with their engine in front', async () => {
    await at.clickhouse
      .command(`INSERT INTO workflow_runs (run_id, run_key, engine, workflow, state, own_start, own_end, first_task, last_task)
      SELECT concat(e, '/1'), '1', e, 'w', bitOr(bitShiftLeft(toUInt64(2), 62), 3), now64(9), now64(9), toDateTime64('2262-01-01 00:00:00', 9), toDateTime64(0, 9) FROM (SELECT arrayJoin(['n8n', 'bullmq']) AS e)`)
    expect((await runs(at.clickhouse)).runs.map(({ runId }) => runId).toSorted()).toEqual(['bullmq/1', 'n8n/1'])
    await expect(tasks(at.clickhouse, '1')).rejects.toMatchObject({ code: 'RUN_AMBIGUOUS' })
    expect(await tasks(at.clickhouse, 'n8n/1')).toEqual([])
  })

  test.each([
    '',
    "'; DROP TABLE workflow_runs --",
    '\u0000',
    '\u202E',
    'x'.repeat(100_000),
    '{id:String}',
    '%',
    '\\',
    '👩‍👩‍👧‍👦',
  ])('no run answers to %j', async (id) => {
    await storeRuns(at, [model('run', 0)], 1)
    await expect(tasks(at.clickhouse, id)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })

  test.each([
    [{ limit: 0 }, 'INVALID_LIMIT'],
    [{ limit: 1001 }, 'INVALID_LIMIT'],
    [{ limit: Number.NaN }, 'INVALID_LIMIT'],
    [{ cursor: 'nonsense' }, 'INVALID_CURSOR'],
    [{ cursor: Buffer.from('[1,2]').toString('base64url') }, 'INVALID_CURSOR'],
  ])('%j is refused with %s', async (filter, code) => {
    await expect(runs(at.clickhouse, filter)).rejects.toMatchObject({ code })
  })

  test('key metrics compare with what is usual once there are five runs', async () => {
    await storeRuns(
      at,
      [...Array.from({ length: 5 }, (_, i) => model(`run-${i}`, i * 10_000)), model('slow', 60_000, { end: 3000 })],
      1,
    )
    expect(await keyMetrics(at.clickhouse, 'slow')).toMatchObject({
      durationSeconds: 3,
      usualDurationSeconds: 1,
      durationRatio: 3,
      queueSeconds: near(0.1),
      memoryPeakBytes: null,
    })
    expect(await keyMetrics(at.clickhouse, 'run-3')).toMatchObject({ usualDurationSeconds: null, durationRatio: null })
    const startTime = new Date(DAY + 90_000).toISOString()
    expect(
      await usualDurations(at.clickhouse, [
        { workflow: 'paged', startTime },
        { workflow: 'nobody', startTime },
      ]),
    ).toMatchObject([{ runs: 6, medianSeconds: 1 }, null])
  })

  test('a run that lives is running, one that fell silent is lost, and neither counts as ended', async () => {
    const now = Date.now() - DAY
    await storeRuns(
      at,
      [model('alive', now - 5000, { end: null, tasks: [] }), model('silent', now - 200_000, { end: null, tasks: [] })],
      1,
    )
    const page = await runs(at.clickhouse)
    expect(page.runs.map(({ runId, status, endTime }) => [runId, status, endTime === null])).toEqual([
      ['alive', 'running', true],
      ['silent', 'lost', false],
    ])
    expect(await runStats(at.clickhouse)).toMatchObject({
      totalRuns: 2,
      runningRuns: 1,
      lostRuns: 1,
      successRate: null,
    })
    await placeTasks(at.clickhouse)
  })
})
