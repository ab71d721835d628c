import { type ClickHouse, defineQuery, packedDuration, packedLogarithm } from '@runspan/clickhouse'
import type { RunStatus } from '@runspan/model'

import { isoTime } from '../clickhouse-time.ts'
import { HISTORY_SECONDS } from '../sql/node-history.ts'
import { ALIVE_SINCE, LATEST, OF_WORKFLOW, RUN_ROWS, runColumns, runRows, startedSince } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { timeOf } from '../sql/time-of.ts'
import { usualDurations } from './usual-durations.ts'

/**
 * A run that takes, or took, far longer than usual, and far longer than its workflow's completed runs of the 28 days before.
 */
export interface LongerThanUsual {
  readonly runId: string
  /** Id that is unique across all engines. */
  readonly internalRunId: string
  readonly workflow: string
  readonly status: RunStatus
  readonly startTime: string
  /** Seconds, up to now for a running one. */
  readonly durationSeconds: number
  /** Number of runs that "usual" is calculated from: the last 5 to 20 completed ones that started before it. */
  readonly usualRuns: number
  readonly usualSeconds: number
  readonly usualP95Seconds: number
  /** Distance of the logarithms to those of the 28 days before, in median absolute deviations; over 3.5. */
  readonly score: number
}

/** Maximum newest runs of a workflow that "usual" is calculated from. */
const MOST_RUNS = 2000
const NEEDS_RUNS = 20
/** Ratio of 3.5 deviations of the minimum size, 5 %: a run nearer to the usual duration does not count as longer. */
const LEAST_RATIO = Math.exp(3.5 * 0.05)

/** A run in 64 bits: start in whole seconds up to 2106, newest first, and the duration. */
const NEWEST_FIRST = `bitShiftLeft(toUInt64(4294967295 - toUnixTimestamp(start)), 32) + ${packedDuration('duration_ns')}`

/** Records of runs that may have ended in the range, or are running. */
const ENDED_OR_ALIVE = `${LATEST} >= least(${timeOf('{from:Float64}')}, ${ALIVE_SINCE})
  OR (engine != 'runspan' AND least(own_start, first_task) >= ${timeOf('{from:Float64} - {history:Float64}')})`

/**
 * Modified z-score (Iglewicz and Hoaglin) on logarithms: 1.4826 MAD with a floor of 5 %, over 3.5, and at least the 99th
 * percentile. Runs that started less than one p99 ago are not history, since only the short ones of them have ended.
 */
const SQL = `
SELECT run_id, run_key, engine, workflow, status, start, duration_ns,
  (log(greatest(duration_ns, 1)) - middle) / greatest(1.4826 * deviation, 0.05) AS score
FROM (
  SELECT run_id, run_key, engine, workflow, status, start, duration_ns FROM ${runRows(ENDED_OR_ALIVE)}
  WHERE ${OF_WORKFLOW}
    AND ((status = 'completed' AND toUnixTimestamp64Nano(end) >= {from:Float64} * 1e9
      AND toUnixTimestamp64Nano(end) < {to:Float64} * 1e9)
      OR (status = 'running' AND toUnixTimestamp64Nano(start) >= ({from:Float64} - {history:Float64}) * 1e9))
) AS candidates
INNER JOIN (
  SELECT workflow, toFloat64(length(kept)) AS known, arrayReduce('medianExact', kept) AS middle,
    arrayReduce('medianExact', arrayMap(x -> abs(x - middle), kept)) AS deviation,
    arrayReduce('quantileExactHigh(0.99)', kept) AS p99
  FROM (
    SELECT workflow, arrayMap(x -> (4294967295 - bitShiftRight(x, 32), ${packedLogarithm('x')}),
      groupArraySorted(${MOST_RUNS})(${NEWEST_FIRST})) AS earlier,
      exp(arrayReduce('quantileExactHigh(0.99)', earlier.2)) / 1e9 AS longest,
        arrayMap(x -> x.2, arrayFilter(x -> x.1 < {from:Float64} - longest, earlier)) AS kept
    FROM ${RUN_ROWS}
    WHERE ${OF_WORKFLOW} AND status = 'completed'
      AND toUnixTimestamp64Nano(end) < {from:Float64} * 1e9
        AND ${startedSince(timeOf('{from:Float64} - {history:Float64}'))}
    GROUP BY workflow
  )
  WHERE known >= {needed:UInt32}
) AS history USING workflow
WHERE score > 3.5 AND log(greatest(duration_ns, 1)) >= p99
ORDER BY start DESC, run_id
LIMIT 1000`

const LONGER = defineQuery({
  name: 'longer-than-usual',
  sql: SQL,
  columns: (z) => {
    const { trace_id: _, ended: __, end: ___, ...run } = runColumns(z)
    return { ...run, score: z.number() }
  },
})

/**
 * Returns runs that completed in `[from, to)` or are running, and take far longer than usual: longer than the completed runs
 * of the 28 days before `from`, at least 20, and longer than `usualDurations` gives for each. Throws `ClickHouseError`.
 */
export async function longerThanUsual(
  clickhouse: ClickHouse,
  { workflow, from, to }: { readonly workflow?: string | undefined; readonly from: Date; readonly to: Date },
): Promise<LongerThanUsual[]> {
  const rows = await clickhouse.ask(LONGER, {
    workflow: workflow ?? '',
    from: from.getTime() / 1000,
    to: to.getTime() / 1000,
    history: HISTORY_SECONDS,
    needed: NEEDS_RUNS,
  })
  const [ids, usual] = await Promise.all([
    shownIds(clickhouse, rows),
    usualDurations(
      clickhouse,
      rows.map(({ workflow: of, start }) => ({ workflow: of, startTime: isoTime(start) })),
    ),
  ])
  return rows.flatMap(({ run_id, run_key: _, engine: __, start, duration_ns, ...row }, i) => {
    const known = usual[i]
    if (known === null || known === undefined || duration_ns / 1e9 < known.medianSeconds * LEAST_RATIO) return []
    return {
      ...row,
      runId: ids.get(run_id)!,
      internalRunId: run_id,
      startTime: isoTime(start),
      durationSeconds: duration_ns / 1e9,
      usualRuns: known.runs,
      usualSeconds: known.medianSeconds,
      usualP95Seconds: known.p95Seconds,
    }
  })
}
