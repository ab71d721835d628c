import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import type { RunStatus, TaskCounts } from '@runspan/model'

import { type OpenTaskRow, openTasks } from '../sql/open-tasks.ts'
import { AROUND_RUNS, type RunRow } from '../sql/run-rows.ts'

const NO_TASKS: TaskCounts = {
  total: 0,
  completed: 0,
  failed: 0,
  skipped: 0,
  cancelled: 0,
  running: 0,
  retries: 0,
  firstFailed: null,
}

/**
 * Every retry follows one attempt that did not end well, so permanent failures are failed attempts minus retries. Limited by
 * workflow and time: the table is ordered by them, and has no index on the run.
 */
const SQL = `
SELECT run_id, toFloat64(countIf(attempt > 1)) AS retries, toFloat64(count()) - retries AS total,
  toFloat64(countIf(status = 'completed')) AS completed,
  greatest(0, toFloat64(countIf(status IN ('failed', 'lost'))) - retries) AS failed,
    toFloat64(countIf(status = 'skipped')) AS skipped,
  toFloat64(countIf(status = 'cancelled')) AS cancelled,
    toFloat64(countIf(status IN ('running', 'pending'))) AS running,
  argMaxIf((node_id, error_type), (attempt, -toUnixTimestamp64Nano(start)), status = 'failed') AS lastFailure
FROM workflow_tasks FINAL
WHERE workflow IN {workflows:Array(String)} AND run_id IN {ids:Array(String)}
  AND ${AROUND_RUNS}
GROUP BY run_id
SETTINGS do_not_merge_across_partitions_select_final = 1`

const COUNTS = defineQuery({
  name: 'task-counts',
  sql: SQL,
  columns: (z) => ({
    run_id: z.string(),
    retries: z.number(),
    total: z.number(),
    completed: z.number(),
    failed: z.number(),
    skipped: z.number(),
    cancelled: z.number(),
    running: z.number(),
    lastFailure: z.tuple([z.string(), z.string()]),
  }),
})

type Counted = Pick<RunRow, 'run_id' | 'workflow' | 'status' | 'start' | 'end'>

/** Returns task counts of some runs, by internal id; a run without tasks has zeros. */
export async function taskCounts(clickhouse: ClickHouse, rows: readonly Counted[]): Promise<Map<string, TaskCounts>> {
  if (rows.length === 0) return new Map()
  const [found, open] = await Promise.all([
    clickhouse.ask(COUNTS, {
      workflows: [...new Set(rows.map(({ workflow }) => workflow))],
      ids: rows.map(({ run_id }) => run_id),
      from: rows.map(({ start }) => start).reduce((a, b) => (a < b ? a : b)),
      to: rows.map(({ end }) => end).reduce((a, b) => (a > b ? a : b)),
    }),
    openTasks(clickhouse, rows),
  ])
  const byRun = new Map(
    found.map(({ run_id, lastFailure: [nodeId, errorType], ...counts }): [string, TaskCounts] => [
      run_id,
      { ...counts, firstFailed: counts.failed > 0 ? { nodeId, errorType } : null },
    ]),
  )
  return new Map(
    rows.map((row) => [
      row.run_id,
      open
        .filter(({ run_id }) => run_id === row.run_id)
        .reduce((counts, task) => withOpen(counts, task, row.status), byRun.get(row.run_id) ?? NO_TASKS),
    ]),
  )
}

/**
 * Adds an open attempt: running in an open run, failed in a lost one. A retry belongs to a task that is already counted.
 */
function withOpen(counts: TaskCounts, { attempt }: OpenTaskRow, runStatus: RunStatus): TaskCounts {
  const isRetry = attempt > 1
  const failed = isRetry ? Math.max(0, counts.failed - 1) : counts.failed
  return {
    ...counts,
    total: isRetry ? counts.total : counts.total + 1,
    retries: isRetry ? counts.retries + 1 : counts.retries,
    failed: runStatus === 'lost' ? failed + 1 : failed,
    running: runStatus === 'lost' ? counts.running : counts.running + 1,
  }
}
