import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { HISTORY_SECONDS } from './node-history.ts'
import { EXACT_ROWS } from './roll-up.ts'
import { OF_WORKFLOW } from './run-rows.ts'
import { timeOf } from './time-of.ts'

/**
 * Maximum attempts of a task that "usual" is calculated from: those with the smallest hashes, the same ones each time.
 */
const MOST_ATTEMPTS = 2000
const NEEDS_ATTEMPTS = 20

const OF_TASKS = `${OF_WORKFLOW} AND ({nodes:UInt8} = 0 OR (workflow, node_id) IN arrayZip({workflows:Array(String)}, {nodeIds:Array(String)}))`

/**
 * Usual duration of each task: logarithms of nanoseconds of completed attempts that started between 28 days and one p99
 * before `from`.
 */
const EXACT = `(
  SELECT workflow, node_id, toFloat64(length(kept)) AS usualAttempts, arrayReduce('medianExact', kept) AS middle,
    arrayReduce('medianExact', arrayMap(x -> abs(x - middle), kept)) AS deviation,
    greatest(1.4826 * deviation, 0.05) AS spread, arrayReduce('quantileExact(0.95)', kept) AS p95,
      arrayReduce('quantileExactHigh(0.99)', kept) AS p99
  FROM (
    SELECT workflow, node_id, arraySlice(arraySort(groupArray((intHash64(toUnixTimestamp64Nano(start)),
      toUnixTimestamp64Nano(start) / 1e9, log(greatest(duration_ns, 1))))), 1, ${MOST_ATTEMPTS}) AS earlier,
      exp(arrayReduce('quantileExactHigh(0.99)', earlier.3)) / 1e9 AS longest,
        arrayMap(x -> x.3, arrayFilter(x -> x.2 < {from:Float64} - longest, earlier)) AS kept
    FROM workflow_tasks FINAL
    WHERE ${OF_TASKS}
      AND start >= ${timeOf('{from:Float64} - {history:Float64}')} AND start < ${timeOf('{from:Float64}')}
        AND status = 'completed'
      AND toUnixTimestamp64Nano(start) + toInt64(duration_ns) < {from:Float64} * 1e9
    GROUP BY workflow, node_id
  )
  WHERE usualAttempts >= ${NEEDS_ATTEMPTS}
)`

/** The middle of each hundredth: the median of their distances is the deviation. */
const LEVELS = Array.from({ length: 100 }, (_, i) => ((i + 0.5) / 100).toFixed(3))

/**
 * Same from the daily sketches of the days before that of `from`: quantiles within 1 %, of completed and failed attempts.
 */
const OF_ROLLUP = `(
  SELECT workflow, node_id, toFloat64(sum(completed) + sum(failed)) AS usualAttempts,
    arrayMap(x -> log(greatest(x, 1)), quantilesDDMerge(0.01, 0.5, 0.95,
      0.99, ${LEVELS.join(', ')})(durations)) AS levels,
    levels[1] AS middle, arrayReduce('medianExact', arrayMap(x -> abs(x - middle), arraySlice(levels, 4))) AS deviation,
    greatest(1.4826 * deviation, 0.05) AS spread, levels[2] AS p95, levels[3] AS p99
  FROM workflow_task_stats FINAL
  WHERE ${OF_TASKS} AND workflow != '' AND day >= toDate(${timeOf('{from:Float64} - {history:Float64}')})
    AND day < toDate(${timeOf('{from:Float64}')})
  GROUP BY workflow, node_id HAVING usualAttempts >= ${NEEDS_ATTEMPTS}
)`

const COUNT_SQL = `SELECT toFloat64(count()) AS rows FROM workflow_tasks
WHERE ${OF_WORKFLOW} AND start >= ${timeOf('{from:Float64} - {history:Float64}')}
  AND start < ${timeOf('{from:Float64}')}`

/** Earliest start of an attempt that ended after `from`: the first day whose longest attempt reaches it. */
const SINCE_SQL = `SELECT toFloat64(toUnixTimestamp(toDateTime(min(day), 'UTC'))) AS since FROM workflow_task_stats
WHERE ${OF_WORKFLOW} AND day >= toDate(${timeOf('{from:Float64} - {history:Float64}')})
  AND toUnixTimestamp(toDateTime(day, 'UTC')) + 86400 + longest_ns / 1e9 >= {from:Float64}`

const COUNT = defineQuery({ name: 'usual-attempts/count', sql: COUNT_SQL, columns: (z) => ({ rows: z.number() }) })
const SINCE = defineQuery({ name: 'usual-attempts/since', sql: SINCE_SQL, columns: (z) => ({ since: z.number() }) })

/** Source of the usual durations, and the earliest start of attempts that end in the range. */
export interface UsualAttempts {
  /**
   * A subquery with workflow, node_id, usualAttempts, middle, spread, p95 and p99; the last four are logarithms of
   * nanoseconds.
   */
  readonly source: string
  /** Seconds since 1970. */
  readonly since: number
}

/**
 * Returns the comparison of attempts before `from`: exact, or from the rollup with many attempts. Parameters of the subquery
 * are `workflow`, `from`, `history` (seconds), `nodes` (1 with `workflows` and `nodeIds` for some tasks only). Throws
 * `ClickHouseError`.
 */
export async function usualAttempts(
  clickhouse: ClickHouse,
  question: { readonly workflow: string; readonly from: number },
): Promise<UsualAttempts> {
  const parameters = { ...question, history: HISTORY_SECONDS }
  const oldest = question.from - HISTORY_SECONDS
  const [size] = await clickhouse.ask(COUNT, parameters)
  if ((size?.rows ?? 0) <= EXACT_ROWS) return { source: EXACT, since: oldest }
  const [first] = await clickhouse.ask(SINCE, parameters)
  return { source: OF_ROLLUP, since: Math.max(oldest, first?.since || oldest) }
}
