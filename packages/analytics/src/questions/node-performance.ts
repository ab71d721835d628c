import { type ClickHouse, defineQuery, type RowOf, TASK_CPU_NS } from '@runspan/clickhouse'

import { rollupAnswers } from '../sql/roll-up.ts'
import { ANY_TASKS_IN_RANGE, type Range, rangeParameters } from '../sql/run-rows.ts'
import { weightedQuantiles } from '../sql/weighted.ts'
import { criticalPathShare } from './critical-path-share.ts'

/** Performance of one task of a workflow. Rates are 0–1, times in seconds; null if nothing ran. */
export interface NodePerformance {
  readonly nodeId: string
  /** Attempts that completed or failed. */
  readonly count: number
  readonly failureRate: number | null
  readonly avgDurationSeconds: number | null
  readonly p50DurationSeconds: number | null
  readonly p95DurationSeconds: number | null
  readonly maxDurationSeconds: number | null
  /** Seconds between being ready and being started, first attempts only: the pause before a retry is not queueing. */
  readonly avgQueueSeconds: number | null
  readonly shareOfCriticalPath: number
  readonly retries: number
  readonly skipped: number
  readonly cancelled: number
  readonly cpuSeconds: number
  readonly memoryPeakBytes: number
  /**
   * Only if a sampler left runs out. `weighted`: attempts count for the runs that theirs represents; `unknown`: the sampler
   * did not report how many.
   */
  readonly sampled?: 'weighted' | 'unknown'
}

/** Rows above which the daily rollup answers: its quantiles are within 1.2 %, everything else is exact. */
const EXACT_ROWS = 100_000

const EXACT_SQL = `
SELECT toString(node_id) AS nodeId, toFloat64(countIf(ran)) AS count,
  countIf(status = 'failed') / nullIf(countIf(ran), 0) AS failureRate,
  if(count = 0, NULL, avgIf(duration_ns, ran) / 1e9) AS avgDurationSeconds,
    quantilesExactIf(0.5, 0.95)(duration_ns, ran) AS quantiles,
  if(count = 0, NULL, quantiles[1] / 1e9) AS p50DurationSeconds,
    if(count = 0, NULL, quantiles[2] / 1e9) AS p95DurationSeconds,
  if(count = 0, NULL, maxIf(duration_ns, ran) / 1e9) AS maxDurationSeconds,
  ifNotFinite(avgIf(queue_ns, ran AND attempt = 1), NULL) / 1e9 AS avgQueueSeconds,
    toFloat64(countIf(attempt > 1)) AS retries,
  toFloat64(countIf(status = 'skipped')) AS skipped, toFloat64(countIf(status = 'cancelled')) AS cancelled,
  sum(${TASK_CPU_NS}) / 1e9 AS cpuSeconds, toFloat64(max(memory_peak_bytes)) AS memoryPeakBytes
FROM (SELECT *, status IN ('completed', 'failed') AS ran FROM workflow_tasks FINAL
  WHERE ${ANY_TASKS_IN_RANGE})
GROUP BY node_id ORDER BY nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

/** Whether a sampler left out runs of the workflow, and whether it always reported how many. */
const SAMPLED_SQL = `SELECT max(sample_weight) AS most,
  toFloat64(countIf(sample_weight > 0 AND sample_weight < 1)) AS unknown FROM workflow_runs
WHERE ({workflow:String} = '' OR workflow = {workflow:String})`

/** Same query with each attempt weighted by the runs that its run represents. */
const WEIGHTED_SQL = `
SELECT toString(node_id) AS nodeId, sumIf(weight, ran) AS count,
  sumIf(weight, status = 'failed') / nullIf(sumIf(weight, ran), 0) AS failureRate,
  if(countIf(ran) = 0, NULL, sumIf(duration_ns * weight, ran) / sumIf(weight,
    ran) / 1e9) AS avgDurationSeconds, ${weightedQuantiles('duration_ns', 'ran')} AS quantiles,
  if(countIf(ran) = 0, NULL, quantiles[1] / 1e9) AS p50DurationSeconds,
    if(countIf(ran) = 0, NULL, quantiles[2] / 1e9) AS p95DurationSeconds,
  if(countIf(ran) = 0, NULL, maxIf(duration_ns, ran) / 1e9) AS maxDurationSeconds,
  ifNotFinite(sumIf(queue_ns * weight, ran AND attempt = 1) / sumIf(weight, ran AND attempt = 1),
    NULL) / 1e9 AS avgQueueSeconds, sumIf(weight, attempt > 1) AS retries,
  sumIf(weight, status = 'skipped') AS skipped, sumIf(weight, status = 'cancelled') AS cancelled,
  sum(${TASK_CPU_NS} * weight) / 1e9 AS cpuSeconds, toFloat64(max(memory_peak_bytes)) AS memoryPeakBytes
FROM (SELECT tasks.*, if(run_weight = 0, 1., run_weight) AS weight
  FROM (SELECT *, status IN ('completed', 'failed') AS ran FROM workflow_tasks FINAL
    WHERE ${ANY_TASKS_IN_RANGE}) AS tasks
  LEFT JOIN (SELECT run_id, greatest(1., max(sample_weight)) AS run_weight FROM workflow_runs
    WHERE ({workflow:String} = '' OR workflow = {workflow:String}) GROUP BY run_id) AS weights USING run_id)
GROUP BY node_id ORDER BY nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

const ROLLUP_SQL = `
SELECT toString(node_id) AS nodeId, toFloat64(sum(completed) + sum(failed)) AS count,
  sum(failed) / nullIf(count, 0) AS failureRate,
  sum(duration_ns) / 1e9 / nullIf(count, 0) AS avgDurationSeconds,
    quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(durations) AS quantiles,
  if(count = 0, NULL, quantiles[1] / 1e9) AS p50DurationSeconds,
    if(count = 0, NULL, quantiles[2] / 1e9) AS p95DurationSeconds,
  if(count = 0, NULL, max(max_ns) / 1e9) AS maxDurationSeconds,
    sum(queue_ns) / 1e9 / nullIf(sum(first_attempts), 0) AS avgQueueSeconds,
  toFloat64(sum(s.retries)) AS retries, toFloat64(sum(s.skipped)) AS skipped, toFloat64(sum(s.cancelled)) AS cancelled,
  sum(cpu_ns) / 1e9 AS cpuSeconds, toFloat64(max(memory_peak_bytes)) AS memoryPeakBytes
FROM workflow_task_stats AS s FINAL WHERE workflow = {workflow:String}
GROUP BY node_id ORDER BY nodeId`

const performanceQuery = (name: string, sql: string) =>
  defineQuery({
    name,
    sql,
    columns: (z) => ({
      nodeId: z.string(),
      count: z.number(),
      failureRate: z.nullable(z.number()),
      avgDurationSeconds: z.nullable(z.number()),
      quantiles: z.unknown(),
      p50DurationSeconds: z.nullable(z.number()),
      p95DurationSeconds: z.nullable(z.number()),
      maxDurationSeconds: z.nullable(z.number()),
      avgQueueSeconds: z.nullable(z.number()),
      retries: z.number(),
      skipped: z.number(),
      cancelled: z.number(),
      cpuSeconds: z.number(),
      memoryPeakBytes: z.number(),
    }),
  })
const EXACT = performanceQuery('node-performance/exact', EXACT_SQL)
const WEIGHTED = performanceQuery('node-performance/weighted', WEIGHTED_SQL)
const ROLLUP = performanceQuery('node-performance/rollup', ROLLUP_SQL)

const SAMPLED = defineQuery({
  name: 'node-performance/sampled',
  sql: SAMPLED_SQL,
  columns: (z) => ({ most: z.number(), unknown: z.number() }),
})

/**
 * Returns the performance of each task of a workflow, over attempts. failureRate = failed ÷ (completed + failed). Skipped and
 * cancelled attempts are counted, but excluded from durations. Exact up to 100,000 attempts; beyond that the whole history is
 * answered from daily sketches. An empty name selects the tasks of a range from all workflows, without the path. If a sampler
 * left runs out, attempts are weighted, from all rows, and the path is that of the stored runs. Throws `ClickHouseError`.
 */
export async function nodePerformance(
  clickhouse: ClickHouse,
  range: Range & { readonly workflow: string },
): Promise<NodePerformance[]> {
  const parameters = rangeParameters(range)
  const wholeHistory = range.from === undefined && range.to === undefined
  const statistics = async (): Promise<RowOf<typeof EXACT>[]> => {
    const rolledUp = wholeHistory && (await rollupAnswers(clickhouse, range, EXACT_ROWS))
    return clickhouse.ask(rolledUp ? ROLLUP : EXACT, parameters)
  }
  const [whole, shares] = await Promise.all([statistics(), criticalPathShare(clickhouse, range)])
  const sampled = await samplingOf(clickhouse, range.workflow)
  const rows = sampled === null ? whole : await clickhouse.ask(WEIGHTED, parameters)
  const shareOf = new Map(shares.map(({ nodeId, share }) => [nodeId, share]))
  return rows.map(({ quantiles: _, ...row }) => ({
    ...row,
    shareOfCriticalPath: shareOf.get(row.nodeId) ?? 0,
    ...(sampled === null ? {} : { sampled }),
  }))
}

/** Returns how a workflow was sampled; null if it was not. */
async function samplingOf(clickhouse: ClickHouse, workflow: string): Promise<'weighted' | 'unknown' | null> {
  const [row] = await clickhouse.ask(SAMPLED, { workflow })
  if (row === undefined || row.most === 0) return null
  return row.unknown > 0 ? 'unknown' : 'weighted'
}
