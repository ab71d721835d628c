import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { AROUND_RUNS, type RunRow } from './run-rows.ts'

/** A task with a recorded start and no end. */
export interface OpenTaskRow {
  readonly run_id: string
  readonly task_id: string
  readonly node_id: string
  readonly attempt: number
  readonly start: string
  /** Null if it reported no progress. */
  readonly done: number | null
  readonly total: number | null
  readonly message: string
}

/** Maximum open tasks that are read. */
const MOST = 10_000

/** Grouped instead of FINAL: FINAL reads the parts of a tuple as separate columns and does not merge them. */
const SQL = `
SELECT run_id, task_id, max(workflow_open.node_id) AS node_id, attempt, min(workflow_open.start) AS start,
  max(latest_progress) AS progress,
  if(progress.at > toDateTime64(0, 9, 'UTC'), toNullable(progress.done), NULL) AS done,
  ifNotFinite(toNullable(progress.total), NULL) AS total, progress.message AS message
FROM workflow_open
WHERE run_id IN {ids:Array(String)} AND task_id != ''
  AND (run_id, task_id) NOT IN (
    SELECT run_id, task_id FROM workflow_tasks WHERE workflow IN {workflows:Array(String)}
      AND run_id IN {ids:Array(String)} AND ${AROUND_RUNS}
  )
GROUP BY run_id, task_id, attempt
ORDER BY start, node_id
LIMIT ${MOST}`

const OPEN = defineQuery({
  name: 'open-tasks',
  sql: SQL,
  columns: (z) => ({
    run_id: z.string(),
    task_id: z.string(),
    node_id: z.string(),
    attempt: z.number(),
    start: z.string(),
    progress: z.unknown(),
    done: z.nullable(z.number()),
    total: z.nullable(z.number()),
    message: z.string(),
  }),
})

/** Returns the open tasks of those runs that have no end themselves. */
export async function openTasks(
  clickhouse: ClickHouse,
  runs: readonly Pick<RunRow, 'run_id' | 'workflow' | 'status' | 'start' | 'end'>[],
): Promise<OpenTaskRow[]> {
  const open = runs.filter(({ status }) => status === 'running' || status === 'lost')
  if (open.length === 0) return []
  return clickhouse.ask(OPEN, {
    ids: open.map(({ run_id }) => run_id),
    workflows: [...new Set(open.map(({ workflow }) => workflow))],
    from: open.map(({ start }) => start).reduce((a, b) => (a < b ? a : b)),
    to: open.map(({ end }) => end).reduce((a, b) => (a > b ? a : b)),
  })
}
