import { readdirSync } from 'node:fs'

import { parseSegmentName } from '../segments/segment-name.ts'

/** Tables that contain heartbeats; data that waits for other tables says nothing about whether runs live. */
const TELLS_OF_LIFE: ReadonlySet<string> = new Set(['otel_logs', 'otel_traces'])

/**
 * Returns the time up to which a spool's data on runs has been delivered: the start of the oldest segment that still waits;
 * null if none waits, or without such a directory. Throws the errors of the file system.
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
