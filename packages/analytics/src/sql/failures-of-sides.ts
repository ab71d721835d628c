import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { DAYS_OF_BOTH_SIDES, HALF, HALF_OF_DAY, OF_BOTH_SIDES, type SideParameters } from './compared-sides.ts'

/** Failures of the attempts of a task on two sides. */
export interface FailuresOfSides {
  readonly workflow: string
  readonly nodeId: string
  /** Attempts that completed or failed. */
  readonly baselineCount: number
  readonly candidateCount: number
  readonly baselineFailed: number
  readonly candidateFailed: number
  /** Failure rate of each day, UTC. */
  readonly baselineDays: readonly number[]
  readonly candidateDays: readonly number[]
}

const SQL = `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId, toFloat64(sumIf(ran, half = 0)) AS baselineCount,
  toFloat64(sumIf(ran, half = 1)) AS candidateCount,
  toFloat64(sumIf(failed, half = 0)) AS baselineFailed, toFloat64(sumIf(failed, half = 1)) AS candidateFailed,
  groupArrayIf(failed / ran, half = 0) AS baselineDays, groupArrayIf(failed / ran, half = 1) AS candidateDays
FROM (
  SELECT workflow, node_id, ${HALF} AS half, toDate(start, 'UTC') AS day, count() AS ran,
    countIf(status = 'failed') AS failed
  FROM workflow_tasks FINAL
  WHERE ${OF_BOTH_SIDES} AND status IN ('completed', 'failed')
  GROUP BY workflow, node_id, half, day
  UNION ALL
  SELECT workflow, node_id, ${HALF_OF_DAY} AS half, day, sum(s.completed) + sum(s.failed) AS ran,
    sum(s.failed) AS failed
  FROM workflow_task_stats AS s FINAL
  WHERE ${DAYS_OF_BOTH_SIDES}
  GROUP BY workflow, node_id, half, day HAVING ran > 0
)
GROUP BY workflow, node_id
ORDER BY workflow, nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

const FAILURES = defineQuery({
  name: 'failures-of-sides',
  sql: SQL,
  columns: (z) => ({
    workflow: z.string(),
    nodeId: z.string(),
    baselineCount: z.number(),
    candidateCount: z.number(),
    baselineFailed: z.number(),
    candidateFailed: z.number(),
    baselineDays: z.array(z.number()),
    candidateDays: z.array(z.number()),
  }),
})

/** Returns failures of all tasks on two sides, by the parameters of `sideParameters`. Throws `ClickHouseError`. */
export async function failuresOfSides(clickhouse: ClickHouse, parameters: SideParameters): Promise<FailuresOfSides[]> {
  return clickhouse.ask(FAILURES, parameters)
}
