import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { IN_RANGE, type Range, rangeParameters, RUN_ROWS } from '../sql/run-rows.ts'
import { weightedQuantiles } from '../sql/weighted.ts'

/** Statistics of the runs of a time range. Rates are 0–1 over ended runs, durations in seconds; null if none ended. */
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
  /** Only if a sampler left runs out: the counts then include the runs that the stored ones represent. */
  readonly sampling?: Sampling
}

/** Information on the runs that a sampler left out. */
export interface Sampling {
  /** Runs in the tables. */
  readonly storedRuns: number
  /**
   * Sampled runs whose sampler did not report how many they represent. They count once, so the numbers are not those of all
   * runs.
   */
  readonly unknownRuns: number
}

/** Counts of runs, each weighted by the runs it represents. */
const SQL = `
SELECT sum(weight) AS totalRuns, sumIf(weight, status = 'completed') AS completedRuns,
  sumIf(weight, status = 'failed') AS failedRuns,
  sumIf(weight, status = 'cancelled') AS cancelledRuns, sumIf(weight, status IN ('pending', 'running')) AS runningRuns,
    sumIf(weight, status = 'lost') AS lostRuns,
  completedRuns / nullIf(sumIf(weight, ended), 0) AS successRate,
  if(countIf(ended) = 0, NULL, sumIf(duration_ns * weight, ended) / sumIf(weight, ended) / 1e9) AS avgDurationSeconds,
  ${weightedQuantiles('duration_ns', 'ended')} AS quantiles,
  if(countIf(ended) = 0, NULL, quantiles[1] / 1e9) AS p50DurationSeconds,
    if(countIf(ended) = 0, NULL, quantiles[2] / 1e9) AS p95DurationSeconds,
  if(countIf(ended) = 0, NULL, maxIf(duration_ns, ended) / 1e9) AS maxDurationSeconds,
  toFloat64(count()) AS storedRuns, toFloat64(countIf(sample_weight > 0)) AS sampledRuns,
    toFloat64(countIf(sample_weight > 0 AND sample_weight < 1)) AS unknownRuns
FROM ${RUN_ROWS}
WHERE ${IN_RANGE}`

const STATS = defineQuery({
  name: 'run-stats',
  sql: SQL,
  columns: (z) => ({
    totalRuns: z.number(),
    completedRuns: z.number(),
    failedRuns: z.number(),
    cancelledRuns: z.number(),
    runningRuns: z.number(),
    lostRuns: z.number(),
    successRate: z.nullable(z.number()),
    avgDurationSeconds: z.nullable(z.number()),
    quantiles: z.unknown(),
    p50DurationSeconds: z.nullable(z.number()),
    p95DurationSeconds: z.nullable(z.number()),
    maxDurationSeconds: z.nullable(z.number()),
    storedRuns: z.number(),
    sampledRuns: z.number(),
    unknownRuns: z.number(),
  }),
})

/**
 * Returns run statistics. successRate = completed ÷ ended; durations are over ended runs. Running and silent runs are counted
 * separately and affect neither. If a sampler left runs out, each stored run counts for those it represents, and `sampling`
 * is set. Quantiles are exact, weighted or not. Throws `ClickHouseError`.
 */
export async function runStats(clickhouse: ClickHouse, range: Range = {}): Promise<RunStats> {
  const [row] = await clickhouse.ask(STATS, rangeParameters(range))
  const { quantiles: _, storedRuns, sampledRuns, unknownRuns, ...stats } = row!
  return sampledRuns === 0 ? stats : { ...stats, sampling: { storedRuns, unknownRuns } }
}
