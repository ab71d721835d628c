import { type CleanedUp, cleanUp, type CleanUpOptions } from '@runspan/analytics'

import type { TaskManager } from './task-manager.ts'

/**
 * Removes runs that ended long ago with all their records, or counts them (`dryRun`). Runs that are running or pending stay; lost ones count as ended.
 * Throws `ClickHouseError`, `EmbeddedError`, and `AnalyticsError` `INVALID_RETENTION`.
 */
export function cleanupOldData(taskManager: TaskManager, options: CleanUpOptions): Promise<CleanedUp> {
  return taskManager.ask((clickhouse) => cleanUp(clickhouse, options))
}
