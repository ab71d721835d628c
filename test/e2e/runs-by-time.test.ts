import { RUN_ROWS, runStats, throughput } from '@runspan/analytics'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/*
 * Runs of a range are found by indexes on parts that contain only some of a run's records. There are so many runs that they
 * are in many granules, with the records of each in up to three unmerged parts: rows that an index skips must not change an
 * answer.
 */

const RUNS = 40_000
const DAYS = 20
const DAY_MS = 86_400_000
const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS
const day = (daysAgo: number): Date => new Date(midnight - daysAgo * DAY_MS)

const NONE = `toDateTime64('2262-01-01 00:00:00', 9, 'UTC')`
const ZERO = `toDateTime64(0, 9, 'UTC')`
/**
 * Run `number` starts `at` and takes `took` nanoseconds; ids start with the time, like Runspan's, except one in ten.
 */
const RUN = `SELECT number, {midnight:Int64} * 1000000 - toInt64(${DAYS} * 86400000000000) + toInt64(number * ${(DAYS * DAY_MS * 1e6) / RUNS}) AS at, toInt64(1e9 * (1 + cityHash64(number) % 7200)) AS took,
  concat(if(number % 10 = 0, lower(hex(MD5(toString(number)))), lower(hex(toUInt64(at)))), '-', toString(number)) AS run_id FROM numbers(${RUNS})`
const insert = (engine: string, columns: string, where: string): string =>
  `INSERT INTO workflow_runs (run_id, run_key, engine, workflow, state, own_start, own_end, first_task, last_task, last_seen)
  SELECT run_id, run_id, ${engine}, 'w', ${columns} FROM (${RUN}) WHERE ${where}`
const time = (nanoseconds: string): string => `fromUnixTimestamp64Nano(${nanoseconds}, 'UTC')`
/** Rank 2, the end in microseconds, status: the latest final record wins. */
const STATE = `bitOr(bitOr(bitShiftLeft(toUInt64(2), 62), bitShiftLeft(toUInt64(intDiv(at + took, 1000)), 4)), toUInt64(3))`

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
  await at.clickhouse.command('SYSTEM STOP MERGES workflow_runs')
  const parts = [
    // starts, of all runs except those that only have tasks
    insert(`'runspan'`, `1, ${time('at')}, ${ZERO}, ${NONE}, ${ZERO}, ${time('at')}`, 'number % 7 != 0'),
    // ends
    insert(
      `'runspan'`,
      `${STATE}, ${NONE}, ${time('at + took')}, ${NONE}, ${ZERO}, ${time('at + took')}`,
      'number % 7 != 0',
    ),
    // tasks, of which one in three started before its run, by a wrong clock; or the only records, for another engine
    insert(
      `if(number % 7 = 0, 'other', 'runspan')`,
      `if(number % 7 = 0, ${STATE}, 0), ${NONE}, ${ZERO}, ${time('at - if(number % 3 = 0, 3600000000000, 0)')}, ${time('at + took')}, ${time('at + took')}`,
      'number % 2 = 0 OR number % 7 = 0',
    ),
  ]
  for (const part of parts) await at.clickhouse.command(part, { midnight })
})
afterAll(() => at.stop())

const ranges = [
  { from: day(3), to: day(1) },
  { from: new Date(midnight - 9.37 * DAY_MS), to: new Date(midnight - 9.21 * DAY_MS) },
  { from: day(19), to: day(0) },
]

test('statistics of a range are those of all runs that began in it', async () => {
  for (const range of ranges) {
    const [expected] = await at.clickhouse.query<{ runs: number }>(
      `SELECT toFloat64(count()) AS runs
      FROM (SELECT *, at - if(number % 7 = 0 AND number % 3 = 0, 3600000000000, 0) AS start FROM (${RUN})) WHERE start >= {from:Int64} * 1000000 AND start < {to:Int64} * 1000000`,
      { midnight, from: range.from.getTime(), to: range.to.getTime() },
    )
    expect(expected!.runs).toBeGreaterThan(100)
    const { totalRuns } = await runStats(at.clickhouse, range)
    expect(totalRuns).toBe(expected!.runs)
  }
})

test('throughput counts each run once where it began and once where it ended', async () => {
  for (const range of ranges.slice(0, 2)) {
    const [expected] = await at.clickhouse.query<{ began: number; ended: number }>(
      `SELECT toFloat64(countIf(start >= {from:Int64} * 1000000 AND start < {to:Int64} * 1000000)) AS began, toFloat64(countIf(at + took >= {from:Int64} * 1000000 AND at + took < {to:Int64} * 1000000)) AS ended
      FROM (SELECT *, at - if(number % 7 = 0 AND number % 3 = 0, 3600000000000, 0) AS start FROM (${RUN}))`,
      { midnight, from: range.from.getTime(), to: range.to.getTime() },
    )
    const { buckets } = await throughput(at.clickhouse, range)
    expect(buckets.reduce((sum, { runsStarted }) => sum + runsStarted, 0)).toBe(expected!.began)
    expect(buckets.reduce((sum, { runsEnded }) => sum + runsEnded, 0)).toBe(expected!.ended)
  }
})

test('runs of the last days are found without reading all', async () => {
  const plan = await at.clickhouse.query<{ explain: string }>(
    `EXPLAIN indexes = 1 SELECT count() FROM ${RUN_ROWS} WHERE own_start >= ${time(`${day(1).getTime()}000000`)}`,
  )
  const read = plan.map(({ explain }) => /Granules: (\d+)\/(\d+)/.exec(explain)).filter((match) => match !== null)
  expect(read.length).toBeGreaterThan(0)
  expect(Number(read.at(-2)![1])).toBeLessThan(Number(read[0]![2]))
})
