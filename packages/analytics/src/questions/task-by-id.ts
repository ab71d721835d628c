import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import type { TaskRow } from '@runspan/model'

import { findRun } from '../sql/find-run.ts'
import { tasksOf } from './tasks.ts'

/** Newest first: an id of a foreign engine may occur twice. */
const SQL = `SELECT run_id FROM workflow_tasks WHERE task_id = {id:String} ORDER BY start DESC LIMIT 1`

const RUN_OF_TASK = defineQuery({ name: 'task-by-id', sql: SQL, columns: (z) => ({ run_id: z.string() }) })

/**
 * Returns one attempt by its id, the latest if an engine uses one id for several; null if there is none. Throws
 * `ClickHouseError`.
 */
export async function taskById(clickhouse: ClickHouse, taskId: string): Promise<TaskRow | null> {
  const [found] = await clickhouse.ask(RUN_OF_TASK, { id: taskId })
  if (found === undefined) return null
  const run = await findRun(clickhouse, found.run_id)
  if (run === null) return null
  return (await tasksOf(clickhouse, run)).findLast((row) => row.taskId === taskId) ?? null
}
