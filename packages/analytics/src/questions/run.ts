import type { ClickHouse } from '@runspan/clickhouse'
import type { RunSummary, TaskRow } from '@runspan/model'

import type { CriticalPath, PathStep } from '../replay/critical-path.ts'
import { pathOfRun } from '../replay/run-path.ts'
import { findRun, requireRun } from '../sql/find-run.ts'
import type { RunDetails } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { runSummary } from './runs.ts'
import { taskCounts } from './task-counts.ts'
import { tasksOf } from './tasks.ts'

/** One run with its tasks and its critical path. */
export interface RunReport extends RunSummary {
  readonly trigger: string | null
  readonly service: string | null
  readonly version: string | null
  /** Steps from first to last; with `tailSeconds` they add up to the run's duration. */
  readonly criticalPath: readonly PathStep[]
  readonly tailSeconds: number
  readonly criticalPathMethod: CriticalPath['method']
  readonly taskList: readonly TaskRow[]
}

/**
 * Returns a run by its id, its engine's key or the beginning of its id. Throws `ClickHouseError`, `RUN_NOT_FOUND`,
 * `RUN_AMBIGUOUS`.
 */
export async function run(clickhouse: ClickHouse, id: string): Promise<RunReport> {
  return runReport(clickhouse, await requireRun(clickhouse, id))
}

/** Same as `run`, but returns null if there is no such run. */
export async function runIfAny(clickhouse: ClickHouse, id: string): Promise<RunReport | null> {
  const details = await findRun(clickhouse, id)
  return details === null ? null : runReport(clickhouse, details)
}

async function runReport(clickhouse: ClickHouse, details: RunDetails): Promise<RunReport> {
  const [taskList, counts, ids] = await Promise.all([
    tasksOf(clickhouse, details),
    taskCounts(clickhouse, [details]),
    shownIds(clickhouse, [details]),
  ])
  const path = pathOfRun(details, taskList)
  const summary = runSummary(details, ids.get(details.run_id)!, counts.get(details.run_id)!)
  return {
    ...summary,
    // the run's own error, else that of the first failed task: later failures are consequences
    error:
      summary.error ??
      taskList.find(({ status }) => status === 'failed' && summary.status === 'failed')?.error?.message ??
      null,
    trigger: details.trigger || null,
    service: details.service || null,
    version: details.version || null,
    criticalPath: path.steps,
    tailSeconds: path.tailSeconds,
    criticalPathMethod: path.method,
    taskList,
  }
}
