import { existsSync, readdirSync } from 'node:fs'

import { openSpansDirectory, spoolDirectory } from '@runspan/configuration'
import { closeAbandoned, Spool } from '@runspan/spool'

/** Ends what processes of this data directory left open that are no more, as `lost`, so that the next answer knows. */
export function endAbandonedRuns(dataDir: string): void {
  const journals = openSpansDirectory(dataDir)
  if (!existsSync(journals) || readdirSync(journals).length === 0) return
  const spool = new Spool({ directory: spoolDirectory(dataDir) })
  closeAbandoned(journals, spool)
  spool.close()
}
