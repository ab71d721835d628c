import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import { NO_METRICS, type TaskRow } from '@runspan/model'

import { isoTime, secondsBetween } from '../clickhouse-time.ts'
import { ATTEMPT_COLUMNS, attemptColumns, attempts } from '../sql/attempts.ts'
import { requireRun } from '../sql/find-run.ts'
import { type OpenTaskRow, openTasks } from '../sql/open-tasks.ts'
import type { RunDetails } from '../sql/run-rows.ts'
import { AROUND_RUNS } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'

const SQL = `
SELECT ${ATTEMPT_COLUMNS}
FROM workflow_tasks FINAL
WHERE workflow = {workflow:String} AND run_id = {id:String}
  AND ${AROUND_RUNS}
ORDER BY start, node_id, attempt
SETTINGS do_not_merge_across_partitions_select_final = 1`

const TASKS = defineQuery({ name: 'tasks', sql: SQL, columns: attemptColumns })

/**
 * Returns all attempts of a run's tasks in order of their start. Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`.
 */
export async function tasks(clickhouse: ClickHouse, runId: string): Promise<TaskRow[]> {
  return tasksOf(clickhouse, await requireRun(clickhouse, runId))
}

/** Same as `tasks`, for a run that is already read. */
export async function tasksOf(clickhouse: ClickHouse, run: RunDetails): Promise<TaskRow[]> {
  const [rows, open, ids] = await Promise.all([
    clickhouse.ask(TASKS, { workflow: run.workflow, id: run.run_id, from: run.start, to: run.end }),
    openTasks(clickhouse, [run]),
    shownIds(clickhouse, [run]),
  ])
  const runId = ids.get(run.run_id)!
  const stillOpen = open.map((task) => openTaskRow(task, run, runId))
  const ended = await attempts(clickhouse, rows, () => runId)
  return [...ended, ...stillOpen].toSorted((a, b) =>
    a.startTime < b.startTime ? -1 : a.startTime > b.startTime ? 1 : 0,
  )
}

/** Returns an open task's row; its status follows from that of its run. */
function openTaskRow(task: OpenTaskRow, run: RunDetails, runId: string): TaskRow {
  return {
    taskId: task.task_id,
    runId,
    nodeId: task.node_id,
    attempt: task.attempt,
    status: run.status === 'lost' ? 'lost' : 'running',
    startTime: isoTime(task.start),
    endTime: null,
    durationSeconds: Math.max(0, secondsBetween(task.start, run.end)),
    queueSeconds: 0,
    dependencies: [],
    error: null,
    reason: null,
    progress: task.done === null ? null : { done: task.done, total: task.total, message: task.message || null },
    metrics: NO_METRICS,
  }
}
