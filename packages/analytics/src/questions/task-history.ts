import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import type { TaskHistoryFilter, TaskPage, TaskRow } from '@runspan/model'

import { AnalyticsError } from '../errors.ts'
import { formatCursor, parseCursor } from '../parameters/cursor.ts'
import { ATTEMPT_COLUMNS, attemptColumns, attempts } from '../sql/attempts.ts'
import { runsById } from '../sql/find-run.ts'
import { rangeParameters, TASKS_IN_RANGE } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'

/** Finds the page by the key; equal starts are ordered by the attempt's id. */
const SQL = `
SELECT run_id, ${ATTEMPT_COLUMNS}, toString(toUnixTimestamp64Nano(start)) AS position
FROM workflow_tasks FINAL
WHERE ${TASKS_IN_RANGE} AND node_id = {nodeId:String}
  AND ({after:String} = '' OR (toUnixTimestamp64Nano(start), task_id) < (toInt64OrZero({position:String}),
    {after:String}))
ORDER BY start DESC, task_id DESC LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1`

const HISTORY = defineQuery({
  name: 'task-history',
  sql: SQL,
  columns: (z) => ({ ...attemptColumns(z), run_id: z.string(), position: z.string() }),
})

/**
 * Returns the ended attempts of one task over all runs, newest first, a page at a time.
 * Throws `ClickHouseError`, `AnalyticsError` `INVALID_CURSOR`, `INVALID_LIMIT`.
 */
export async function taskHistory(
  clickhouse: ClickHouse,
  question: TaskHistoryFilter<Date>,
): Promise<TaskPage<TaskRow>> {
  const limit = question.limit ?? 50
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new AnalyticsError('INVALID_LIMIT', `The limit must be a whole number from 1 to 1000, not ${limit}.`)
  }
  const rows = await clickhouse.ask(HISTORY, {
    ...rangeParameters(question),
    ...parseCursor(question.cursor),
    nodeId: question.nodeId,
    limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  const runs = await runsById(clickhouse, [...new Set(page.map(({ run_id }) => run_id))])
  const shown = await shownIds(clickhouse, runs)
  const last = page.at(-1)
  return {
    tasks: await attempts(clickhouse, page, ({ run_id }) => shown.get(run_id) ?? run_id),
    nextCursor: rows.length > limit && last !== undefined ? formatCursor(last.position, last.task_id) : null,
  }
}
