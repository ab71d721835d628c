import { type ClickHouse, defineQuery, TASK_CPU_NS } from '@runspan/clickhouse'

import {
  type BottleneckCause,
  bottleneckCauses,
  type BottleneckNumbers,
  LEAST_SHARE,
} from '../replay/bottleneck-causes.ts'
import type { SampledRun } from '../replay/critical-path.ts'
import { type Range, rangeParameters, TASKS_IN_RANGE } from '../sql/run-rows.ts'
import { endedOnly, sampleRuns } from '../sql/run-sample.ts'
import { timeOf } from '../sql/time-of.ts'
import { quantile } from '../statistics/statistics.ts'
import { pathShares } from './critical-path-share.ts'

/** A task that delays the runs of its workflow. Times in seconds. */
export interface Bottleneck {
  readonly nodeId: string
  /** Attempts that completed or failed. */
  readonly count: number
  /** Share of the critical path, 0–1; only tasks on it affect the duration of runs. */
  readonly shareOfCriticalPath: number
  /** Seconds on the path per run: running, and waiting before. */
  readonly selfSeconds: number
  readonly waitSeconds: number
  readonly p50DurationSeconds: number | null
  readonly p95DurationSeconds: number | null
  /** All causes that apply, the largest saving first; empty for a task that is long but does nothing wrong. */
  readonly causes: readonly BottleneckCause[]
}

export interface Bottlenecks {
  readonly workflow: string
  /** Number of runs whose critical path was used. */
  readonly runs: number
  readonly medianRunSeconds: number | null
  /**
   * Largest share of the critical path first. Each has at least 10 %, and at least 20 attempts if there are 20 runs.
   */
  readonly bottlenecks: readonly Bottleneck[]
  /** True with fewer than 20 runs: a few more may change the answer. */
  readonly insufficient: boolean
  /**
   * Tasks whose median is over the 90th percentile of all tasks' medians. Flags a tenth of any workflow; kept for
   * compatibility.
   */
  readonly slowerThanP90: readonly string[]
}

/** Runs from which the answer is reliable. */
const NEEDS_RUNS = 20
const NEEDS_ATTEMPTS = 20

const SQL = `
SELECT toString(node_id) AS nodeId, toFloat64(countIf(ran)) AS count,
  quantilesExactIf(0.5, 0.95)(duration_ns, ran) AS quantiles,
  if(count = 0, NULL, toFloat64(quantiles[1])) AS p50, if(count = 0, NULL, toFloat64(quantiles[2])) AS p95,
  sumIf(${TASK_CPU_NS}, ran AND has_cpu) AS cpu, toFloat64(sumIf(duration_ns, ran AND has_cpu)) AS measured,
  toFloat64(sumIf(duration_ns, ran)) AS duration, toFloat64(sumIf(duration_ns, status = 'failed')) AS failed,
    toFloat64(sumIf(queue_ns, ran AND attempt > 1)) AS backoff,
  toFloat64(max(memory_peak_bytes)) AS memoryPeak,
    toFloat64(ifNotFinite(quantileExactIf(0.5)(memory_peak_bytes, memory_peak_bytes > 0), 0)) AS memoryMedian
FROM (SELECT *, status IN ('completed', 'failed') AS ran, cpu_own_ns + cpu_user_ns + cpu_system_ns > 0 AS has_cpu
  FROM workflow_tasks FINAL
  WHERE ${TASKS_IN_RANGE} AND start >= ${timeOf('{since:Float64}')})
GROUP BY node_id ORDER BY nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

const NUMBERS = defineQuery({
  name: 'bottlenecks',
  sql: SQL,
  columns: (z) => ({
    nodeId: z.string(),
    count: z.number(),
    quantiles: z.unknown(),
    p50: z.nullable(z.number()),
    p95: z.nullable(z.number()),
    cpu: z.number(),
    measured: z.number(),
    duration: z.number(),
    failed: z.number(),
    backoff: z.number(),
    memoryPeak: z.number(),
    memoryMedian: z.number(),
  }),
})

/** Maximum days of statistics, at the end of the range. */
const MOST_DAYS = 28

/** Start of the last task in the range; the 28 days are counted back from it. */
const LAST_SQL = `SELECT toUnixTimestamp64Milli(max(start)) / 1000. AS last FROM workflow_tasks WHERE ${TASKS_IN_RANGE}`

const LAST = defineQuery({ name: 'bottlenecks/last', sql: LAST_SQL, columns: (z) => ({ last: z.number() }) })

/**
 * Returns tasks that delay the runs of a workflow: those with at least a tenth of the critical path, and at least 20 attempts
 * if there are 20 runs, with all causes that apply (`bottleneckCauses` has the thresholds). Uses about 1,000 ended runs and
 * the last 28 days of the range. Ranks by the share of the path and not by duration, because only the path affects runs.
 * Throws `ClickHouseError`.
 */
export async function bottlenecks(
  clickhouse: ClickHouse,
  range: Range & { readonly workflow: string },
): Promise<Bottlenecks> {
  const parameters = rangeParameters(range)
  const [end] = await clickhouse.ask(LAST, parameters)
  const since = Math.max(parameters.from, (end?.last ?? 0) - MOST_DAYS * 86_400)
  const [runs, rows] = await Promise.all([
    sampleRuns(clickhouse, range).then((sample) => endedOnly(clickhouse, sample)),
    clickhouse.ask(NUMBERS, { ...parameters, since }),
  ])
  const lengths = runs.map(lengthOf)
  const medianRunSeconds = quantile(lengths, 0.5)
  const ninth = between(
    rows.flatMap(({ p50 }) => (p50 === null ? [] : [p50])),
    0.9,
  )
  const insufficient = runs.length < NEEDS_RUNS
  return {
    workflow: range.workflow,
    runs: runs.length,
    medianRunSeconds,
    bottlenecks: medianRunSeconds === null ? [] : listed(runs, rows, medianRunSeconds),
    insufficient,
    slowerThanP90: rows.filter(({ p50 }) => p50 !== null && ninth !== null && p50 > ninth).map(({ nodeId }) => nodeId),
  }
}

function listed(
  runs: readonly SampledRun[],
  rows: readonly BottleneckNumbers[],
  medianRunSeconds: number,
): Bottleneck[] {
  const needsAttempts = runs.length < NEEDS_RUNS ? 1 : NEEDS_ATTEMPTS
  const numbersOf = new Map(rows.map((row) => [row.nodeId, row]))
  return pathShares(runs).flatMap(({ nodeId, share, selfSeconds, waitSeconds }) => {
    const numbers = numbersOf.get(nodeId)
    if (share < LEAST_SHARE || numbers === undefined || numbers.count < needsAttempts) return []
    const path = { self: selfSeconds / runs.length, wait: waitSeconds / runs.length }
    return [
      {
        nodeId,
        count: numbers.count,
        shareOfCriticalPath: share,
        selfSeconds: path.self,
        waitSeconds: path.wait,
        p50DurationSeconds: numbers.p50 === null ? null : numbers.p50 / 1e9,
        p95DurationSeconds: numbers.p95 === null ? null : numbers.p95 / 1e9,
        causes: bottleneckCauses(numbers, path, runs, medianRunSeconds),
      },
    ]
  })
}

function lengthOf({ tasks }: SampledRun): number {
  const first = tasks.reduce((least, { start }) => Math.min(least, start), Infinity)
  const last = tasks.reduce((most, { end }) => Math.max(most, end), -Infinity)
  return Math.max(0, last - first)
}

/** Returns a quantile, interpolated between two values if it lies there. */
function between(values: readonly number[], level: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const position = level * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]]
  return low === undefined || high === undefined ? null : low + (high - low) * (position % 1)
}
