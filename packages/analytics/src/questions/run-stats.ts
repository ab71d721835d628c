import type { ClickHouse } from '@runspan/clickhouse'

import { IN_RANGE, type Range, rangeParameters, RUN_ROWS } from '../run-rows.ts'

/** Runs of a time range in numbers. Rates are 0–1 over ended runs, durations in seconds; null where nothing ended. */
export interface RunStats {
  readonly totalRuns: number
  readonly completedRuns: number
  readonly failedRuns: number
  readonly cancelledRuns: number
  readonly runningRuns: number
  readonly lostRuns: number
  readonly successRate: number | null
  readonly avgDurationSeconds: number | null
  readonly p50DurationSeconds: number | null
  readonly p95DurationSeconds: number | null
  readonly maxDurationSeconds: number | null
}

const SQL = `
SELECT toFloat64(count()) AS totalRuns, toFloat64(countIf(status = 'completed')) AS completedRuns, toFloat64(countIf(status = 'failed')) AS failedRuns,
  toFloat64(countIf(status = 'cancelled')) AS cancelledRuns, toFloat64(countIf(status IN ('pending', 'running'))) AS runningRuns, toFloat64(countIf(status = 'lost')) AS lostRuns,
  completedRuns / nullIf(countIf(ended), 0) AS successRate,
  if(countIf(ended) = 0, NULL, avgIf(duration_ns, ended) / 1e9) AS avgDurationSeconds,
  quantilesExactIf(0.5, 0.95)(duration_ns, ended) AS quantiles,
  if(countIf(ended) = 0, NULL, quantiles[1] / 1e9) AS p50DurationSeconds, if(countIf(ended) = 0, NULL, quantiles[2] / 1e9) AS p95DurationSeconds,
  if(countIf(ended) = 0, NULL, maxIf(duration_ns, ended) / 1e9) AS maxDurationSeconds
FROM ${RUN_ROWS}
WHERE ${IN_RANGE}`

/**
 * Run statistics. successRate = completed ÷ ended; durations over ended runs; runs in flight or silent are counted beside and enter neither.
 * Quantiles are exact. Throws `ClickHouseError`.
 */
export async function runStats(clickhouse: ClickHouse, range: Range = {}): Promise<RunStats> {
  const [row] = await clickhouse.query<RunStats & { quantiles?: unknown }>(SQL, rangeParameters(range))
  const { quantiles: _, ...stats } = row!
  return stats
}
