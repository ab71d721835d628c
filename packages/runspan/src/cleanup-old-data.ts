import { type CleanedUp, cleanUp, type CleanUpOptions } from '@runspan/analytics'
import type { Given } from '@runspan/model'

import { CLEAN_UP, optionsOf } from './facade-options.ts'
import type { TaskManager } from './task-manager.ts'

/**
 * Deletes runs that ended long ago, runs of one `workflow`, or one run by its `runId`, with all their records; with `dryRun`
 * it only counts them. Running and pending runs are kept; lost ones count as ended.
 * Throws `ClickHouseError`, `EmbeddedError`, and `AnalyticsError` `INVALID_RETENTION`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`,
 * `RUN_NOT_ENDED`.
 */
export async function cleanupOldData(taskManager: TaskManager, given: Given<CleanUpOptions>): Promise<CleanedUp> {
  const options = optionsOf('cleanupOldData', given, CLEAN_UP)
  return taskManager.ask((clickhouse) => cleanUp(clickhouse, options))
}
