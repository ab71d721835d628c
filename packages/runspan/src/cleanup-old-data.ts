import { type CleanedUp, cleanUp, type CleanUpOptions } from '@runspan/analytics'
import type { Given } from '@runspan/model'

import { CLEAN_UP, optionsOf } from './facade-options.ts'
import type { TaskManager } from './task-manager.ts'

/**
 * Removes runs that ended long ago, those of one `workflow` or one by its `runId`, with all their records, or counts them (`dryRun`). Runs that are running or pending stay; lost ones count as ended.
 * Throws `ClickHouseError`, `EmbeddedError`, and `AnalyticsError` `INVALID_RETENTION`,
 * `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`, `RUN_NOT_ENDED`.
 */
export async function cleanupOldData(taskManager: TaskManager, given: Given<CleanUpOptions>): Promise<CleanedUp> {
  const options = optionsOf('cleanupOldData', given, CLEAN_UP)
  return taskManager.ask((clickhouse) => cleanUp(clickhouse, options))
}
