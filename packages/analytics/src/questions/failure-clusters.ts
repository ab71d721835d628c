import type { ClickHouse } from '@runspan/clickhouse'

import { checkLimit } from '../check-limit.ts'
import { isoTime } from '../clickhouse-time.ts'
import { ANY_TASKS_IN_RANGE, ATTEMPT_ORDER, type Range, rangeParameters } from '../run-rows.ts'
import { shownRunIds } from '../shown-ids.ts'
import { checkTimeZone } from '../time-zone.ts'

/** Failed attempts of one kind: the same error type and, with ids and numbers masked, the same message. */
export interface FailureCluster {
  readonly workflow: string
  /** Stable for this kind of failure. */
  readonly key: string
  readonly errorType: string
  /** Of the newest. */
  readonly errorMessage: string
  readonly count: number
  readonly runs: number
  /** Runs that failed with it as their first failure for good; later ones are consequences. */
  readonly runsFailed: number
  readonly nodes: readonly string[]
  readonly firstSeen: string
  readonly lastSeen: string
  readonly lastRunId: string
  readonly lastNodeId: string
  /** Attempts by day of the time zone asked for, days without left out. */
  readonly days: readonly { readonly day: string; readonly count: number }[]
}

const FAILURES = `workflow_task_incidents FINAL WHERE ${ANY_TASKS_IN_RANGE}`
/** The first failure of a run that no later attempt of the task made good; what failed after it is a consequence. Runs and tasks by their hashes: there are many. */
const FIRST_SQL = `SELECT workflow, argMin(key, ended) AS error_key FROM (
    SELECT workflow, cityHash64(run_id) AS run, cityHash64(node_id) AS node, argMax(workflow_task_incidents.error_key, ${ATTEMPT_ORDER}) AS key, argMax(status, ${ATTEMPT_ORDER}) AS last,
      max(toUnixTimestamp64Nano(start) + duration_ns) AS ended
    FROM ${FAILURES} GROUP BY workflow, run, node HAVING last = 'failed')
  GROUP BY workflow, run`

/** By day first: there are far fewer days than attempts. */
const DAYS_SQL = `SELECT workflow, error_key, toDate(toTimeZone(start, {tz:String})) AS day, toFloat64(count()) AS attempts, uniqExactState(cityHash64(run_id)) AS run_ids, groupUniqArray(100)(node_id) AS node_ids,
    min(start) AS first, max(start) AS last, argMax((run_id, node_id, error_type, error_message), start) AS newest
  FROM ${FAILURES} AND status = 'failed' GROUP BY workflow, error_key, day`

const SQL = `
SELECT toString(workflow) AS workflow, toString(error_key) AS key, sum(attempts) AS count, toFloat64(uniqExactMerge(run_ids)) AS runs, any(firsts.failed) AS runsFailed,
  arraySlice(arraySort(arrayMap(x -> toString(x), groupUniqArrayArray(node_ids))), 1, 100) AS nodes, min(first) AS firstSeen, max(last) AS lastSeen, argMax(newest, last) AS latest,
  latest.1 AS lastRun, toString(latest.2) AS lastNodeId, toString(latest.3) AS errorType, latest.4 AS errorMessage, arraySort(groupArray((toString(day), attempts))) AS counts
FROM (${DAYS_SQL}) AS failures
LEFT JOIN (SELECT workflow, error_key, toFloat64(count()) AS failed FROM (${FIRST_SQL}) GROUP BY workflow, error_key) AS firsts USING (workflow, error_key)
GROUP BY workflow, error_key
ORDER BY count DESC, workflow, key
LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1`

type Row = Omit<FailureCluster, 'days' | 'lastRunId'> & {
  readonly lastRun: string
  readonly counts: readonly (readonly [string, number])[]
  readonly latest: unknown
}

/**
 * Failed attempts by kind, the most frequent first. A kind is the hash, made as the row arrives, of error type and message with UUIDs, hexadecimal
 * ids and numbers masked, as log parsers begin (Drain, He et al. 2017). Throws `ClickHouseError`, `INVALID_LIMIT`, `INVALID_TIME_ZONE`.
 */
export async function failureClusters(
  clickhouse: ClickHouse,
  range: Range & { readonly limit?: number | undefined; readonly timeZone?: string | undefined } = {},
): Promise<FailureCluster[]> {
  const limit = checkLimit(range.limit, 100)
  const rows = await clickhouse.query<Row>(SQL, { ...rangeParameters(range), limit, tz: checkTimeZone(range.timeZone) })
  const shown = await shownRunIds(
    clickhouse,
    rows.map(({ lastRun }) => lastRun),
  )
  return rows.map(({ counts, lastRun, latest: _, ...row }) => ({
    ...row,
    firstSeen: isoTime(row.firstSeen),
    lastSeen: isoTime(row.lastSeen),
    lastRunId: shown.get(lastRun) ?? lastRun,
    days: counts.map(([day, count]) => ({ day, count })),
  }))
}
