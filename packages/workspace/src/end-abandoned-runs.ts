import { existsSync, readdirSync } from 'node:fs'

import { openSpansDirectory, spoolDirectory } from '@runspan/configuration'
import { closeAbandoned, Spool } from '@runspan/spool'

/**
 * Ends, as `lost`, the open runs of this data directory's processes that have gone, so that the next answer includes them.
 */
export function endAbandonedRuns(dataDir: string): void {
  const journals = openSpansDirectory(dataDir)
  if (!existsSync(journals) || readdirSync(journals).length === 0) return
  const spool = new Spool({ directory: spoolDirectory(dataDir) })
  closeAbandoned(journals, spool)
  spool.close()
}
