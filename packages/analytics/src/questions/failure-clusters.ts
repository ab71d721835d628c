import type { ClickHouse } from '@runspan/clickhouse'

import { checkLimit } from '../check-limit.ts'
import { isoTime } from '../clickhouse-time.ts'
import { ANY_TASKS_IN_RANGE, type Range, rangeParameters } from '../run-rows.ts'
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

/** The first failure of a run that no later attempt of the task made good; what failed after it is a consequence. */
const FIRST_SQL = `SELECT workflow, run_id, argMin(key, ended) AS key FROM (
    SELECT workflow, run_id, node_id, argMax(error_key, (attempt, start)) AS key, argMax(status, (attempt, start)) AS last, max(toUnixTimestamp64Nano(start) + duration_ns) AS ended
    FROM workflow_task_incidents FINAL WHERE ${ANY_TASKS_IN_RANGE} GROUP BY workflow, run_id, node_id HAVING last = 'failed')
  GROUP BY workflow, run_id`

const SQL = `
SELECT toString(workflow) AS workflow, toString(error_key) AS key, any(type) AS errorType, argMax(message, start) AS errorMessage, toFloat64(count()) AS count,
  toFloat64(uniqExact(run_id)) AS runs, ifNull(any(firsts.failed), 0) AS runsFailed, arraySort(groupUniqArray(100)(toString(node_id))) AS nodes, min(start) AS firstSeen, max(start) AS lastSeen,
  argMax(run_id, start) AS lastRun, argMax(toString(node_id), start) AS lastNodeId,
  sumMap([toString(toDate(toTimeZone(start, {tz:String})))], [toFloat64(1)]) AS counts
FROM (SELECT workflow, error_key, error_type AS type, error_message AS message, start, run_id, node_id FROM workflow_task_incidents FINAL WHERE ${ANY_TASKS_IN_RANGE} AND status = 'failed') AS failures
LEFT JOIN (SELECT workflow, key AS error_key, toFloat64(count()) AS failed FROM (${FIRST_SQL}) GROUP BY workflow, key) AS firsts USING (workflow, error_key)
GROUP BY workflow, error_key
ORDER BY count DESC, workflow, key
LIMIT {limit:UInt32}`

type Row = Omit<FailureCluster, 'days' | 'lastRunId'> & {
  readonly lastRun: string
  readonly counts: readonly [readonly string[], readonly number[]]
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
  return rows.map(({ counts: [days, counts], lastRun, ...row }) => ({
    ...row,
    firstSeen: isoTime(row.firstSeen),
    lastSeen: isoTime(row.lastSeen),
    lastRunId: shown.get(lastRun) ?? lastRun,
    days: days.map((day, i) => ({ day, count: counts[i]! })),
  }))
}
