import { readdirSync } from 'node:fs'

import { parseSegmentName } from '../segments/segment-name.ts'

/** Tables that hold signs of life; what waits for others says nothing of who lives. */
const TELLS_OF_LIFE: ReadonlySet<string> = new Set(['otel_logs', 'otel_traces'])

/**
 * Returns up to when what a spool recorded of runs has been delivered: the moment in which the oldest segment that still waits was begun; null when
 * nothing waits, or there is no such directory. Throws what the file system throws.
 */
export function deliveredUntil(directory: string): Date | null {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  let oldest = Infinity
  for (const entry of names) {
    const name = parseSegmentName(entry)
    if (name !== null && TELLS_OF_LIFE.has(name.table)) oldest = Math.min(oldest, name.createdMs)
  }
  return oldest === Infinity ? null : new Date(oldest)
}
