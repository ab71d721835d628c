import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import { STATUS_NUMBER } from '@runspan/model'

import { isoTime } from '../clickhouse-time.ts'
import { checkLimit } from '../parameters/check-limit.ts'
import { checkTimeZone } from '../parameters/time-zone.ts'
import { attemptWith, endOf, numberOf, RUN_HASH, statusIs, TASK_HASH } from '../sql/last-attempt.ts'
import { ANY_TASKS_IN_RANGE, LATEST, OF_WORKFLOW, type Range, rangeParameters } from '../sql/run-rows.ts'
import { shownRunIds } from '../sql/shown-ids.ts'
import { timeOf } from '../sql/time-of.ts'

/** Failed attempts of one kind: the same error type, and the same message with ids and numbers masked. */
export interface FailureCluster {
  readonly workflow: string
  /** Stable key of this kind of failure. */
  readonly key: string
  readonly errorType: string
  /** Message of the newest failure. */
  readonly errorMessage: string
  readonly count: number
  readonly runs: number
  /** Failed runs in which this was the first permanent failure; later failures are consequences. */
  readonly runsFailed: number
  readonly nodes: readonly string[]
  readonly firstSeen: string
  readonly lastSeen: string
  readonly lastRunId: string
  readonly lastNodeId: string
  /** Attempts by day of the requested time zone, without days that have none. */
  readonly days: readonly { readonly day: string; readonly count: number }[]
}

const KIND = 'bitXor(cityHash64(workflow), error_key)'
const FAILURES = `workflow_task_incidents FINAL WHERE ${ANY_TASKS_IN_RANGE}`
const FAILED_RUNS = `SELECT run_id FROM workflow_runs FINAL WHERE ${OF_WORKFLOW}
  AND ({from:Float64} = 0 OR ${LATEST} >= ${timeOf('{from:Float64}')}) AND bitAnd(state, 15) = ${STATUS_NUMBER.failed}`
/**
 * First permanent failure of a failed run. Attempts that a later one made good do not count; later failures are consequences.
 */
const FIRST_SQL = `SELECT argMin(${numberOf('latest')}, ${endOf('latest')}) AS kind
  FROM (
    SELECT any(${RUN_HASH}) AS run, max(${attemptWith(KIND)}) AS latest
    FROM ${FAILURES} AND run_id IN (${FAILED_RUNS}) GROUP BY ${TASK_HASH}
      HAVING ${statusIs('latest', STATUS_NUMBER.failed)})
  GROUP BY run`

/** Grouped by day first: there are far fewer days than attempts. */
const KINDS_SQL = `SELECT kind, sum(per_day) AS attempts, toFloat64(uniqExactMerge(run_ids)) AS runs,
  groupUniqArrayArray(node_ids) AS node_ids,
    min(first) AS first_seen, max(last) AS last_seen, arraySort(groupArray((toString(day), per_day))) AS days
  FROM (
    SELECT ${KIND} AS kind, toDate(toTimeZone(start, {tz:String})) AS day, toFloat64(count()) AS per_day,
      uniqExactState(cityHash64(run_id)) AS run_ids, groupUniqArray(100)(node_id) AS node_ids,
      min(start) AS first, max(start) AS last
    FROM ${FAILURES} AND status = 'failed' GROUP BY kind, day)
  GROUP BY kind`

/** Finds rows by time first: carrying texts along for the maximum is expensive. */
const NEWEST_SQL = `SELECT ${KIND} AS kind, workflow, error_key, run_id, node_id, error_type, error_message
  FROM ${FAILURES} AND status = 'failed' AND (kind, start) IN (SELECT ${KIND}, max(start) FROM ${FAILURES}
    AND status = 'failed' GROUP BY ${KIND})
  ORDER BY start DESC, run_id, node_id LIMIT 1 BY kind`

const SQL = `
SELECT toString(newest.workflow) AS workflow, toString(newest.error_key) AS key, kinds.attempts AS count,
  kinds.runs AS runs, firsts.failed AS runsFailed,
  arraySlice(arraySort(arrayMap(x -> toString(x), node_ids)), 1, 100) AS nodes, first_seen AS firstSeen,
    last_seen AS lastSeen,
  newest.run_id AS lastRun, toString(newest.node_id) AS lastNodeId, toString(newest.error_type) AS errorType,
    newest.error_message AS errorMessage, days AS counts
FROM (${KINDS_SQL}) AS kinds
INNER JOIN (${NEWEST_SQL}) AS newest USING kind
LEFT JOIN (SELECT kind, toFloat64(count()) AS failed FROM (${FIRST_SQL}) GROUP BY kind) AS firsts USING kind
ORDER BY count DESC, workflow, key
LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1`

const CLUSTERS = defineQuery({
  name: 'failure-clusters',
  sql: SQL,
  columns: (z) => ({
    workflow: z.string(),
    key: z.string(),
    count: z.number(),
    runs: z.number(),
    runsFailed: z.number(),
    nodes: z.array(z.string()),
    firstSeen: z.string(),
    lastSeen: z.string(),
    lastRun: z.string(),
    lastNodeId: z.string(),
    errorType: z.string(),
    errorMessage: z.string(),
    counts: z.array(z.tuple([z.string(), z.number()])),
  }),
})

/**
 * Returns failed attempts by kind, the most frequent first. A kind is a hash of error type and message with UUIDs,
 * hexadecimal ids and numbers masked, computed when the row arrives; log parsers start the same way (Drain, He et al. 2017).
 * Throws `ClickHouseError`, `INVALID_LIMIT`, `INVALID_TIME_ZONE`.
 */
export async function failureClusters(
  clickhouse: ClickHouse,
  range: Range & { readonly limit?: number | undefined; readonly timeZone?: string | undefined } = {},
): Promise<FailureCluster[]> {
  const limit = checkLimit(range.limit, 100)
  const rows = await clickhouse.ask(CLUSTERS, { ...rangeParameters(range), limit, tz: checkTimeZone(range.timeZone) })
  const shown = await shownRunIds(
    clickhouse,
    rows.map(({ lastRun }) => lastRun),
  )
  return rows.map(({ counts, lastRun, ...row }) => ({
    ...row,
    firstSeen: isoTime(row.firstSeen),
    lastSeen: isoTime(row.lastSeen),
    lastRunId: shown.get(lastRun) ?? lastRun,
    days: counts.map(([day, count]) => ({ day, count })),
  }))
}
