import { readFileSync } from 'node:fs'

import { EmbeddedError } from './errors.ts'

/** Minimum open files: with fewer the server crashes at start, or cannot open a table's file. */
const LEAST_OPEN_FILES = 256

/**
 * Throws `TOO_FEW_FILES` if a process started by this one may open too few files for a server. Does nothing if the limit is
 * unknown.
 */
export function checkOpenFiles(): void {
  const limit = openFilesLimit()
  if (limit >= LEAST_OPEN_FILES) return
  throw new EmbeddedError(
    'TOO_FEW_FILES',
    `This shell allows a process ${limit} open files, and the embedded ClickHouse needs ${LEAST_OPEN_FILES} at least: ` +
      'allow more (ulimit -n 1024), or use a ClickHouse server of your own (--clickhouse URL).',
  )
}

function openFilesLimit(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
    return limit === undefined ? Infinity : Number(limit)
  } catch {
    return Infinity
  }
}
