import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { Block } from '../native/block.ts'
import { ByteWriter } from '../native/byte-writer.ts'
import { addLogRow, type LogRow } from '../rows/log-row.ts'
import { addSpanRow, type SpanRow } from '../rows/span-row.ts'
import { TELEMETRY_TABLES, type TelemetryTable } from '../tables/index.ts'
import { headLength, writeHead } from './frame.ts'
import { Losses } from './losses.ts'
import { writerName } from './owner.ts'
import { parseSegmentName } from './segment-name.ts'
import { SegmentWriter } from './segment-writer.ts'
import { tell, textOf } from './tell.ts'

export interface SpoolOptions {
  /** Where segments lie; made if absent, readable by its owner only. */
  readonly directory: string
  /** Bytes all segments may take together; more is dropped and counted. Default 512 MB. */
  readonly maxBytes?: number
}

/** A block of this size is written at once, not only at the end of the turn. */
const BLOCK_BYTES = 192 * 1024
const BLOCK_ROWS = 8192
/** Partitions (days) a block and a segment may touch; ClickHouse refuses an insert into more than 100. */
const BLOCK_DAYS = 24
const SEGMENT_DAYS = 32
const SEGMENT_BYTES = 8 * 1024 * 1024
/** A segment is given to the sender after this long, */
const SEGMENT_AGE_MS = 1000
/** or after this long when nobody takes them away. */
const CROWDED_AGE_MS = 60_000
const CROWDED_SEGMENTS = 128
const DEFAULT_MAX_BYTES = 512 * 1024 * 1024

interface Lane<T extends TelemetryTable> {
  readonly block: Block<(typeof TELEMETRY_TABLES)[T]>
  readonly segment: SegmentWriter
}

/**
 * Where telemetry waits for ClickHouse, on disk. Rows are encoded as they come, appended to segment files at the end of
 * each turn of the event loop and once more when the process exits: a killed process loses at most the current turn.
 * Nothing here throws into the caller; what cannot be kept is counted in `losses`.
 */
export class Spool {
  readonly directory: string
  readonly losses: Losses
  private readonly maxBytes: number
  private readonly writer = writerName()
  private readonly lanes: { [T in TelemetryTable]?: Lane<T> } = {}
  private readonly out = new ByteWriter(BLOCK_BYTES * 2)
  private immediate: NodeJS.Immediate | undefined
  private timer: NodeJS.Timeout | undefined
  private knownBytes = 0
  private crowded = false
  private saidStuck = false
  private closed = false
  private exiting = false
  private readonly waitingForDisk: (() => void)[] = []
  /** Handlers of the host that run after this one may still end spans: from now on each is written as it comes. */
  private readonly onExit = (): void => {
    this.exiting = true
    this.rotate()
    this.losses.write()
  }
  /** Called when a segment is ready to be sent. */
  onSegment: (() => void) | undefined

  /** Throws if the directory cannot be made. */
  constructor(options: SpoolOptions) {
    this.directory = options.directory
    this.maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
    mkdirSync(this.directory, { recursive: true, mode: 0o700 })
    this.losses = new Losses(this.directory)
    this.look()
    process.on('exit', this.onExit)
  }

  addSpan(row: SpanRow): void {
    this.add('otel_traces', addSpanRow, row)
  }

  addLog(row: LogRow): void {
    this.add('otel_logs', addLogRow, row)
  }

  /** Adds a row to a table's block by the function that knows its columns. */
  add<T extends TelemetryTable, R>(
    table: T,
    addRow: (block: Block<(typeof TELEMETRY_TABLES)[T]>, row: R) => void,
    row: R,
  ): void {
    if (this.closed) {
      this.losses.add('not writable', 1, 0, 'the spool was closed before this record ended')
      return
    }
    const { block } = this.lane(table)
    try {
      addRow(block, row)
    } catch (error) {
      block.dropHalfRow()
      this.loseRecord(error)
      return
    }
    if (this.exiting) {
      this.flushTable(table)
      this.closeSegment(table)
    } else if (
      block.rows >= BLOCK_ROWS ||
      block.days.size >= BLOCK_DAYS ||
      (block.rows % 16 === 0 && block.size >= BLOCK_BYTES)
    ) {
      this.flushTable(table)
    } else if (this.immediate === undefined) {
      this.immediate = setImmediate(this.onImmediate)
      this.immediate.unref()
    }
  }

  /** Records that could not be encoded so far. */
  get rejectedRecords(): number {
    return this.losses.counts.get('not encodable')?.rows ?? 0
  }

  /** Rows that found no room, or no disk, so far. */
  get lostRows(): number {
    return (this.losses.counts.get('spool full')?.rows ?? 0) + (this.losses.counts.get('not writable')?.rows ?? 0)
  }

  /** Whether there is no room for anything more. */
  get isFull(): boolean {
    if (this.knownBytes >= this.maxBytes) this.look()
    return this.knownBytes >= this.maxBytes
  }

  /** Resolves when all that was added is on disk: true if nothing had to be dropped since `lostRows` was `lostBefore`. */
  kept(lostBefore: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.waitingForDisk.push(() => resolve(this.lostRows === lostBefore))
      if (this.immediate === undefined) this.immediate = setImmediate(this.onImmediate)
    })
  }

  /** Adds much at once, also while the process exits: what `work` adds is on disk, and with the sender, when this returns. */
  together(work: () => void): void {
    const { exiting } = this
    this.exiting = false
    try {
      work()
    } finally {
      this.exiting = exiting
      this.rotate()
    }
  }

  /** Lets `fill` add rows to a table's block: all of them, or none where it throws, which goes on to the caller. */
  fill<T extends TelemetryTable>(table: T, fill: (block: Block<(typeof TELEMETRY_TABLES)[T]>) => void): void {
    if (this.closed) {
      this.losses.add('not writable', 1, 0, 'the spool was closed before these records came')
      return
    }
    const { block } = this.lane(table)
    const before = block.rows
    try {
      fill(block)
    } catch (error) {
      block.truncate(before)
      throw error
    }
    if (block.rows >= BLOCK_ROWS || block.days.size >= BLOCK_DAYS || block.size >= BLOCK_BYTES) this.flushTable(table)
    else if (this.immediate === undefined) {
      this.immediate = setImmediate(this.onImmediate)
      this.immediate.unref()
    }
  }

  /** Counts a record that could not be read or encoded. */
  loseRecord(error: unknown): void {
    this.losses.add('not encodable', 1, 0, textOf(error))
  }

  private readonly onImmediate = (): void => {
    this.immediate = undefined
    this.flush()
    for (const resolve of this.waitingForDisk.splice(0)) resolve()
  }

  /** Writes all blocks to their segment files, now. */
  flush(): void {
    for (const table of Object.keys(this.lanes) as TelemetryTable[]) this.flushTable(table)
  }

  /** Flushes and gives all open segments to the sender. */
  rotate(): void {
    this.flush()
    for (const table of Object.keys(this.lanes) as TelemetryTable[]) this.closeSegment(table)
  }

  /** Flushes, rotates and accepts nothing more. */
  close(): void {
    if (this.closed) return
    this.rotate()
    this.closed = true
    process.off('exit', this.onExit)
    clearImmediate(this.immediate)
    clearTimeout(this.timer)
    this.losses.write()
  }

  private lane<T extends TelemetryTable>(table: T): Lane<T> {
    const lanes: { [K in T]?: Lane<T> } = this.lanes as { [K in T]?: Lane<T> }
    let lane = lanes[table]
    if (lane === undefined) {
      lane = {
        block: new Block(TELEMETRY_TABLES[table]),
        segment: new SegmentWriter(this.directory, table, this.writer, (rows, bytes) => {
          this.losses.add('not writable', rows, bytes, `an open segment in ${this.directory} was deleted`)
        }),
      }
      lanes[table] = lane
    }
    return lane
  }

  private flushTable(table: TelemetryTable): void {
    const { block, segment } = this.lane(table)
    if (block.rows === 0) return
    const { out } = this
    const { rows } = block
    const days = new Set(block.days)
    out.length = headLength(days.size)
    block.finish(out)
    writeHead(out, days, rows)
    const frame = out.view()

    if (this.knownBytes + frame.length > this.maxBytes) {
      this.look()
      if (this.knownBytes + frame.length > this.maxBytes) {
        this.losses.add(
          'spool full',
          rows,
          frame.length,
          `${this.directory} holds ${this.knownBytes} bytes, the limit is ${this.maxBytes}`,
        )
        return
      }
    }
    try {
      if (segment.size > 0 && segment.daysWith(days) > SEGMENT_DAYS) this.closeSegment(table)
      segment.append(frame, days, rows)
    } catch (error) {
      this.losses.add('not writable', rows, frame.length, `${this.directory}: ${textOf(error)}`)
      return
    }
    this.knownBytes += frame.length
    out.reset() // lets go of what a giant record took
    if (segment.size >= SEGMENT_BYTES) this.closeSegment(table)
    else if (this.timer === undefined) {
      this.timer = setTimeout(this.onTimer, SEGMENT_AGE_MS)
      this.timer.unref()
    }
  }

  private readonly onTimer = (): void => {
    this.timer = undefined
    const oldest = this.crowded ? CROWDED_AGE_MS : SEGMENT_AGE_MS - 50
    let waiting = false
    for (const [table, { segment }] of Object.entries(this.lanes)) {
      if (segment.size === 0) continue
      if (segment.ageMs >= oldest) this.closeSegment(table as TelemetryTable)
      else waiting = true
    }
    this.losses.write()
    if (waiting) {
      this.timer = setTimeout(this.onTimer, SEGMENT_AGE_MS)
      this.timer.unref()
    }
  }

  private closeSegment(table: TelemetryTable): void {
    try {
      if (!this.lane(table).segment.close()) return
    } catch (error) {
      // nothing is lost: a sender takes it when this process has ended or the segment lain for some minutes
      if (!this.saidStuck) tell('warn', `a segment in ${this.directory} cannot be handed over now: ${textOf(error)}`)
      this.saidStuck = true
      return
    }
    this.look()
    this.onSegment?.()
  }

  /** Counts what lies in the directory; the sender and other processes change it too. */
  private look(): void {
    try {
      let bytes = 0
      let segments = 0
      for (const name of readdirSync(this.directory)) {
        if (parseSegmentName(name) === null) continue
        segments++
        bytes += statSync(join(this.directory, name), { throwIfNoEntry: false })?.size ?? 0
      }
      this.knownBytes = bytes
      this.crowded = segments > CROWDED_SEGMENTS
    } catch (error) {
      this.losses.add('not writable', 0, 0, `${this.directory}: ${textOf(error)}`)
    }
  }
}
