import {
  anomalies,
  changePoints,
  costs,
  flakyTasks,
  longestTasks,
  nodePerformance,
  regressions,
  throughput,
} from '@runspan/analytics'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/*
 * Histories so large that the daily rollup and samples answer. The same questions are computed from all attempts in plain
 * SQL. Sums and maxima must be equal, quantiles within the limits in docs/questions.md.
 */

const DAY_MS = 86_400_000
const DAYS = 40
const NODES = 4
const ATTEMPTS_A_DAY = 5000
const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS
/** Returns midnight, `daysAgo` full days before today. */
const day = (daysAgo: number): Date => new Date(midnight - daysAgo * DAY_MS)

/**
 * From ten days ago n0 takes twice as long; one attempt in fifty fails, of n3 one in ten, and is retried; one attempt of n1
 * is an outlier.
 */
const FILL = `INSERT INTO workflow_tasks (workflow, node_id, start, run_id, task_id, attempt, status, duration_ns, cpu_user_ns, read_bytes, memory_peak_bytes, version, error_type, error_key, ver)
SELECT 'large' AS workflow, concat('n', toString(node)) AS node_id, fromUnixTimestamp64Nano(toInt64({midnight:Int64} * 1000000 - (${DAYS} - day) * 86400000000000 + i * 17000000000 + node * 1000000000 + again * 500000000), 'UTC') AS start,
  concat('run-', toString(day), '-', toString(i)) AS run_id, concat(run_id, node_id, toString(again)) AS task_id, again + 1 AS attempt, if(again = 0 AND fails, 'failed', 'completed') AS status,
  toUInt64(1e9 * (node + 1) * exp(0.4 * (sqrt(-2 * log((h % 1000003 + 0.5) / 1000003)) * cos(6.283185 * (g % 1000003 + 0.5) / 1000003))) * if(node = 0 AND day >= ${DAYS} - 10, 2, 1) * if(node = 1 AND day = ${DAYS} - 1 AND i = 77, 60, 1)) AS duration_ns,
  h % 1000000007 AS cpu_user_ns, g % 5000011 AS read_bytes, 1000000 + h % 77777777 AS memory_peak_bytes, '1' AS version, if(status = 'failed', 'E', '') AS error_type, 7 AS error_key, bitShiftLeft(toUInt64(2), 60) AS ver
FROM (SELECT number % ${NODES} AS node, intDiv(number, ${NODES}) % ${DAYS} AS day, intDiv(number, ${NODES} * ${DAYS}) AS i, cityHash64(node, day, i, 'f') % if(node = 3, 10, 50) = 0 AS fails,
  arrayJoin(if(fails, [0, 1], [0])) AS again, cityHash64(node, day, i, again) AS h, cityHash64(h) AS g FROM numbers(${NODES} * ${DAYS} * ${ATTEMPTS_A_DAY}))`

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
  await at.clickhouse.command(FILL, { midnight })
  await at.clickhouse.command('SYSTEM REFRESH VIEW workflow_task_stats_mv')
  await at.clickhouse.command('SYSTEM WAIT VIEW workflow_task_stats_mv')
})
afterAll(() => at.stop())

const ask = <Row>(sql: string): Promise<Row[]> => at.clickhouse.query<Row>(sql)

test('the largest attempts are those of all attempts, whatever they are ranked by, in ranges of any ends', async () => {
  const amounts = {
    duration: 'duration_ns',
    cpu: 'cpu_user_ns',
    memory: 'memory_peak_bytes',
    disk: 'read_bytes',
  } as const
  const ranges = [
    {},
    { from: day(30) },
    { from: new Date(midnight - 35.3 * DAY_MS), to: new Date(midnight - 2.6 * DAY_MS) },
  ]
  for (const [by, column] of Object.entries(amounts)) {
    for (const range of ranges) {
      const answer = await longestTasks(at.clickhouse, { ...range, by: by as keyof typeof amounts, limit: 30 })
      const from = (range.from?.getTime() ?? 0) / 1000
      const to = (range.to?.getTime() ?? midnight) / 1000
      const expected = await ask<{ value: number }>(
        `SELECT toFloat64(${column}) AS value FROM workflow_tasks WHERE start >= ${from} AND start < ${to} ORDER BY ${column} DESC LIMIT 30`,
      )
      const values = answer.map((task) => {
        const { durationSeconds, cpuSeconds, memoryPeakBytes, diskBytes } = task
        return { duration: durationSeconds * 1e9, cpu: cpuSeconds * 1e9, memory: memoryPeakBytes, disk: diskBytes }[by]
      })
      expect(values).toEqual(expected.map(({ value }) => expect.closeTo(value, 0)))
    }
  }
})

test('performance of nodes and cost: sums are exact, quantiles within 1.2 %', async () => {
  const expected = await ask<{ node: string; count: number; failed: number; sum: number; p50: number; p95: number }>(
    `SELECT toString(node_id) AS node, toFloat64(count()) AS count, toFloat64(countIf(status = 'failed')) AS failed, sum(duration_ns) / 1e9 AS sum,
      quantileExact(0.5)(duration_ns) / 1e9 AS p50, quantileExact(0.95)(duration_ns) / 1e9 AS p95 FROM workflow_tasks GROUP BY node ORDER BY node`,
  )
  const answer = await nodePerformance(at.clickhouse, { workflow: 'large' })
  expect(answer.map(({ nodeId, count }) => ({ nodeId, count }))).toEqual(
    expected.map(({ node, count }) => ({ nodeId: node, count })),
  )
  for (const [i, { count, failed, sum, p50, p95 }] of expected.entries()) {
    expect(answer[i]!.failureRate).toBeCloseTo(failed / count, 9)
    expect(answer[i]!.avgDurationSeconds).toBeCloseTo(sum / count, 6)
    expect(Math.abs(answer[i]!.p50DurationSeconds! / p50 - 1)).toBeLessThan(0.012)
    expect(Math.abs(answer[i]!.p95DurationSeconds! / p95 - 1)).toBeLessThan(0.012)
  }
  const [all] = await ask<{ cpu: number; n: number }>(
    'SELECT sum(cpu_user_ns) / 1e9 AS cpu, toFloat64(count()) AS n FROM workflow_tasks',
  )
  const [cost, ...others] = await costs(at.clickhouse, {})
  expect(others).toEqual([])
  expect(cost).toMatchObject({ workflow: 'large', attempts: all!.n, cpuSeconds: expect.closeTo(all!.cpu, 3) })
})

test('the slower task, the day it became so, the flaky task and the attempt far out are found', async () => {
  // whole days from the rollup, the rest from the attempts
  const [from, border, to] = [39.3, 10, 0.4].map((daysAgo) => midnight - daysAgo * DAY_MS) as [number, number, number]
  const { durations, failures } = await regressions(at.clickhouse, {
    workflow: 'large',
    baseline: { from: new Date(from), to: new Date(border) },
    candidate: { from: new Date(border), to: new Date(to) },
  })
  expect(durations.filter(({ verdict }) => verdict !== 'same')).toMatchObject([{ nodeId: 'n0', verdict: 'slower' }])
  const sides = await ask<{ nodeId: string; ratio: number; counts: [number, number]; failed: [number, number] }>(
    `SELECT toString(node_id) AS nodeId, medianExactIf(duration_ns, late AND status = 'completed') / medianExactIf(duration_ns, NOT late AND status = 'completed') AS ratio,
      [toFloat64(countIf(NOT late AND status = 'completed')), toFloat64(countIf(late AND status = 'completed'))] AS counts, [toFloat64(countIf(NOT late AND status = 'failed')), toFloat64(countIf(late AND status = 'failed'))] AS failed
    FROM (SELECT *, start >= ${border / 1000} AS late FROM workflow_tasks) WHERE start >= fromUnixTimestamp64Milli(${from}) AND start < fromUnixTimestamp64Milli(${to}) GROUP BY node_id ORDER BY nodeId`,
  )
  const byNode = <Answer extends { nodeId: string }>(rows: readonly Answer[]): Answer[] =>
    rows.toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
  expect(byNode(durations)).toMatchObject(
    sides.map(({ nodeId, counts: [baselineCount, candidateCount] }) => ({ nodeId, baselineCount, candidateCount })),
  )
  for (const [i, { ratio }] of sides.entries())
    expect(Math.abs(byNode(durations)[i]!.ratio / ratio - 1)).toBeLessThan(0.1)
  expect(byNode(failures)).toMatchObject(
    sides.map(({ nodeId, counts, failed }) => ({
      nodeId,
      baselineCount: counts[0] + failed[0],
      candidateCount: counts[1] + failed[1],
      baselineFailureRate: expect.closeTo(failed[0] / (counts[0] + failed[0]), 12),
      candidateFailureRate: expect.closeTo(failed[1] / (counts[1] + failed[1]), 12),
      verdict: 'same',
    })),
  )

  expect(await changePoints(at.clickhouse, { workflow: 'large', of: 'tasks' })).toMatchObject([
    { nodeId: 'n0', day: day(10).toISOString().slice(0, 10), kind: 'change' },
  ])

  const flaky = await flakyTasks(at.clickhouse, {})
  const [runs] = await ask<{ runs: number; recovered: number; wasted: number }>(
    `SELECT toFloat64(uniqExact(run_id)) AS runs, toFloat64(uniqExactIf(run_id, status = 'failed')) AS recovered, sumIf(duration_ns, status = 'failed') / 1e9 AS wasted FROM workflow_tasks WHERE node_id = 'n3'`,
  )
  expect(flaky[0]).toMatchObject({
    nodeId: 'n3',
    kind: 'recovers',
    runs: runs!.runs,
    recoveredRuns: runs!.recovered,
    wastedSeconds: expect.closeTo(runs!.wasted, 6),
    errorType: 'E',
  })

  const { tasks } = await anomalies(at.clickhouse, { from: day(1), to: day(0) })
  const [far] = tasks.toSorted((a, b) => b.score - a.score)
  expect(far).toMatchObject({ nodeId: 'n1', runId: `run-${DAYS - 1}-77` })
  const [usual] = await ask<{ middle: number; mad: number }>(
    `WITH (SELECT medianExact(log(duration_ns)) FROM workflow_tasks WHERE node_id = 'n1' AND start >= ${day(29).getTime() / 1000} AND start < ${day(1).getTime() / 1000}) AS m
    SELECT any(m) AS middle, medianExact(abs(log(duration_ns) - m)) AS mad FROM workflow_tasks WHERE node_id = 'n1' AND start >= ${day(29).getTime() / 1000} AND start < ${day(1).getTime() / 1000}`,
  )
  expect(Math.abs(far!.usualSeconds / (Math.exp(usual!.middle) / 1e9) - 1)).toBeLessThan(0.012)
  const score = (Math.log(far!.durationSeconds * 1e9) - usual!.middle) / (1.4826 * usual!.mad)
  expect(Math.abs(far!.score / score - 1)).toBeLessThan(0.05)
  // one in some thousands of lognormal durations is as far out; not many more are reported
  expect(tasks.length).toBeLessThan(30)
})

test('throughput of so much says that its peaks are of rounded times; counts and means are exact', async () => {
  const range = { from: day(12), to: day(2) }
  const answer = await throughput(at.clickhouse, { ...range, interval: 86_400 })
  expect(answer.exact).toBe(false)
  const expected = await ask<{ started: number; failed: number; busy: number }>(
    `SELECT toFloat64(count()) AS started, toFloat64(countIf(status = 'failed')) AS failed, sum(duration_ns) / 1e9 / 86400 AS busy FROM workflow_tasks
    WHERE start >= ${day(12).getTime() / 1000} AND start < ${day(2).getTime() / 1000} GROUP BY toDate(start) ORDER BY toDate(start)`,
  )
  expect(answer.buckets).toHaveLength(10)
  for (const [i, { started, busy }] of expected.entries()) {
    expect(answer.buckets[i]!.tasksStarted).toBe(started)
    expect(answer.buckets[i]!.runningTasks.mean).toBeCloseTo(busy, 6)
  }
})

test('to put a task under its run few of all tasks are looked at, and none where there is nothing to put', async () => {
  const placed = async (): Promise<number> => {
    await at.clickhouse.command('SYSTEM REFRESH VIEW workflow_tasks_placed_mv')
    await at.clickhouse.command('SYSTEM WAIT VIEW workflow_tasks_placed_mv')
    const [refresh] = await ask<{ read: number }>(
      `SELECT toFloat64(read_rows) AS read FROM system.view_refreshes WHERE view = 'workflow_tasks_placed_mv' AND database = currentDatabase()`,
    )
    return refresh!.read
  }
  expect(await placed()).toBe(0)
  await at.clickhouse.command(
    `INSERT INTO workflow_unplaced_tasks (node_id, start, task_id, attempt, status, trace_id, span_id, parent_span_id, ver) VALUES ('late', now(), 't', 1, 'completed', 'trace', 'task', 'run', 1)`,
  )
  await at.clickhouse.command(
    `INSERT INTO workflow_run_spans (trace_id, span_id, run_id, workflow) VALUES ('trace', 'run', 'engine/1', 'engine')`,
  )
  expect(await placed()).toBeLessThan(100_000)
  expect(await ask(`SELECT run_id FROM workflow_tasks WHERE node_id = 'late'`)).toEqual([{ run_id: 'engine/1' }])
})

test('of a week with one day fifty times as busy the day counts for what it is', async () => {
  await at.clickhouse.command(
    `INSERT INTO workflow_tasks (workflow, node_id, start, run_id, task_id, attempt, status, duration_ns, ver)
    SELECT 'uneven', 'n', fromUnixTimestamp64Milli({midnight:Int64} - (14 - day) * 86400000 + i * 10000, 'UTC'), concat(toString(day), '-', toString(i)) AS run, run, 1, 'completed',
      toUInt64(if(day = 10, 2e9, 1e9) * (0.9 + cityHash64(day, i) % 1000 / 5000)), bitShiftLeft(toUInt64(2), 60)
    FROM (SELECT number AS day, arrayJoin(range(if(day = 10, 5000, 100))) AS i FROM numbers(14))`,
    { midnight },
  )
  await at.clickhouse.command('SYSTEM REFRESH VIEW workflow_task_stats_mv')
  await at.clickhouse.command('SYSTEM WAIT VIEW workflow_task_stats_mv')
  const { durations } = await regressions(at.clickhouse, {
    baseline: { from: day(40), to: day(7) },
    candidate: { from: day(7), to: day(0) },
  })
  expect(durations.find(({ workflow }) => workflow === 'uneven')).toMatchObject({
    baselineCount: 700,
    candidateCount: 5600,
    baselineMedianSeconds: expect.closeTo(1, 1),
    candidateMedianSeconds: expect.closeTo(2, 1),
    // but the days do not differ: it is only one day
    verdict: 'same',
  })
})
