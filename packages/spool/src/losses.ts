import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { log, textOf } from './log.ts'

/** Why rows did not reach the tables. */
export type LossReason =
  | 'spool full'
  | 'too old'
  | 'not writable'
  | 'damaged'
  | 'refused by ClickHouse'
  | 'not encodable'
  /** The rows are in their table, but a materialized view could not store them. */
  | 'left out of a view'

export interface Loss {
  readonly time: string
  readonly reason: LossReason
  /** Lost rows; 0 for damaged bytes, of which the number of rows is unknown. */
  readonly rows: number
  readonly bytes: number
  /** What happened, and where the bytes were set aside, if they were. */
  readonly detail: string
}

const FILE = 'losses.jsonl'
/** Pause before the next write of counts; it grows, so that a day of losses makes a short file. */
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000

/** Counts losses, writes them next to the spool, and logs each reason once through OpenTelemetry's `diag`. */
export class Losses {
  readonly counts: Map<LossReason, { rows: number; bytes: number }> = new Map()
  private readonly directory: string
  private pending = new Map<LossReason, { rows: number; bytes: number; detail: string }>()
  /** Time on the monotonic clock. */
  private lastWriteMs = -Infinity
  private pauseMs = FIRST_PAUSE_MS

  constructor(directory: string) {
    this.directory = directory
  }

  add(reason: LossReason, rows: number, bytes: number, detail: string): void {
    const known = this.counts.get(reason)
    if (known === undefined) {
      this.counts.set(reason, { rows, bytes })
      log('error', `telemetry lost (${reason}): ${detail}. Logged once; \`runspan doctor\` has the counts.`)
    } else {
      known.rows += rows
      known.bytes += bytes
    }
    const waiting = this.pending.get(reason)
    if (waiting === undefined) this.pending.set(reason, { rows, bytes, detail })
    else {
      waiting.rows += rows
      waiting.bytes += bytes
    }
    if (performance.now() - this.lastWriteMs < this.pauseMs) return
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2)
    this.write()
  }

  /** Writes counts that are not yet written; if the disk refuses, they stay in memory for the next time. */
  write(): void {
    if (this.pending.size === 0) return
    this.lastWriteMs = performance.now()
    const time = new Date().toISOString()
    const lines = [...this.pending].map(([reason, loss]) => `${JSON.stringify({ time, reason, ...loss })}\n`)
    try {
      appendFileSync(join(this.directory, FILE), lines.join(''))
      this.pending.clear()
    } catch (error) {
      log('debug', `cannot write ${FILE}: ${textOf(error)}`)
    }
  }
}

/** Returns all losses of a spool directory so far. */
export function readLosses(directory: string): Loss[] {
  let text: string
  try {
    text = readFileSync(join(directory, FILE), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Loss]
    } catch {
      return [] // a line truncated by a crash
    }
  })
}
