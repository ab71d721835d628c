import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { log, textOf } from './log.ts'
import { Losses } from './losses.ts'
import { Block } from './native/block.ts'
import { ByteWriter } from './native/byte-writer.ts'
import { writerName } from './owners/owner.ts'
import { addRow, type BlockOf, type Rows } from './rows/add-row.ts'
import { BLOCK_BYTES, isBlockFull } from './segments/block-limits.ts'
import { type EncodedFrame, encodeFrame } from './segments/encoded-frame.ts'
import { parseSegmentName } from './segments/segment-name.ts'
import { SegmentWriter } from './segments/segment-writer.ts'
import { type BatchOwner, BatchRefused, SpoolBatch } from './spool-batch.ts'
import { TELEMETRY_TABLES, type TelemetryTable } from './tables/index.ts'

export interface SpoolOptions {
  /** Directory of the segments; created if missing, readable only by its owner. */
  readonly directory: string
  /** Maximum bytes of all segments; more is dropped and counted. Default 512 MB. */
  readonly maxBytes?: number
}

/** Maximum partitions (days) of a segment. */
const SEGMENT_DAYS = 32
const SEGMENT_BYTES = 8 * 1024 * 1024
/** Age at which a segment is closed for the sender. */
const SEGMENT_AGE_MS = 1000
/** Age at which a segment is closed if no sender takes segments away. */
const CROWDED_AGE_MS = 60_000
const CROWDED_SEGMENTS = 128
/** Number of a table's empty blocks that are kept for later batches, with their known attribute sets. */
const FREE_BLOCKS = 4
const DEFAULT_MAX_BYTES = 512 * 1024 * 1024

interface Lane<T extends TelemetryTable> {
  readonly block: BlockOf<T>
  readonly segment: SegmentWriter
}

/**
 * Buffers telemetry for ClickHouse on disk. Rows are encoded when they are added, and appended to segment files at the end of
 * each turn of the event loop and once more when the process exits: a killed process loses at most the current turn. Nothing
 * here throws into the caller; rows that cannot be stored are counted in `losses`.
 *
 * @example
 * const spool = new Spool({ directory: spoolDirectory('.runspan') })
 * const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SpoolSpanProcessor(spool)] })
 */
export class Spool {
  readonly directory: string
  readonly losses: Losses
  private readonly maxBytes: number
  private readonly writer = writerName()
  private readonly lanes: { [T in TelemetryTable]?: Lane<T> } = {}
  private immediate: NodeJS.Immediate | undefined
  private timer: NodeJS.Timeout | undefined
  private knownBytes = 0
  private crowded = false
  private saidStuck = false
  private closed = false
  private exiting = false
  private readonly out = new ByteWriter(BLOCK_BYTES * 2)
  private readonly freeBlocks: { [T in TelemetryTable]?: BlockOf<T>[] } = {}
  private readonly batchOwner: BatchOwner = {
    takeBlock: (table) => this.takeBlock(table),
    giveBack: (table, block) => {
      const free = (this.freeBlocks[table] ??= []) as Block<never>[]
      if (free.length < FREE_BLOCKS) free.push(block)
    },
    loseRecord: (error) => this.loseRecord(error),
    out: this.out,
    keepWhole: (frames) => this.keepWhole(frames),
  }
  /** Handlers of the host that run after this one may still end spans: from now on each is written immediately. */
  private readonly onExit = (): void => {
    this.exiting = true
    this.rotate()
    this.losses.write()
  }
  /** Called when a segment is ready to be sent. */
  onSegment: (() => void) | undefined

  /** Throws if the directory cannot be created. */
  constructor(options: SpoolOptions) {
    this.directory = options.directory
    this.maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
    mkdirSync(this.directory, { recursive: true, mode: 0o700 })
    this.losses = new Losses(this.directory)
    this.measureDirectory()
    process.on('exit', this.onExit)
  }

  /** Adds a row to its table. A row that cannot be encoded or written is counted in `losses`. */
  add<T extends TelemetryTable>(table: T, row: Rows[T]): void {
    if (this.closed) {
      this.losses.add('not writable', 1, 0, 'the spool was closed before this record ended')
      return
    }
    const { block } = this.lane(table)
    try {
      addRow(table, block, row)
    } catch (error) {
      block.dropHalfRow()
      this.loseRecord(error)
      return
    }
    if (this.exiting) {
      this.flushTable(table)
      this.closeSegment(table)
    } else if (isBlockFull(block)) {
      this.flushTable(table)
    } else if (this.immediate === undefined) {
      this.immediate = setImmediate(this.onImmediate)
      this.immediate.unref()
    }
  }

  /** Whether the spool has no more space. */
  get isFull(): boolean {
    if (this.knownBytes >= this.maxBytes) this.measureDirectory()
    return this.knownBytes >= this.maxBytes
  }

  /**
   * Adds many rows at once, also while the process exits: all rows that `work` adds are on disk, in closed segments, when
   * this returns.
   */
  flushAfter(work: () => void): void {
    const { exiting } = this
    this.exiting = false
    try {
      work()
    } finally {
      this.exiting = exiting
      this.rotate()
    }
  }

  /**
   * Starts a batch: records that are stored completely or not at all. `maxBytes` limits their stored size; a larger batch is
   * refused.
   */
  batch(maxBytes: number): SpoolBatch {
    return new SpoolBatch(this.batchOwner, maxBytes)
  }

  /** Counts a record that could not be read or encoded. */
  loseRecord(error: unknown): void {
    this.losses.add('not encodable', 1, 0, textOf(error))
  }

  private readonly onImmediate = (): void => {
    this.immediate = undefined
    this.flush()
  }

  /** Writes all blocks to their segment files now. */
  flush(): void {
    for (const table of Object.keys(this.lanes) as TelemetryTable[]) this.flushTable(table)
  }

  /** Flushes and closes all open segments for the sender. */
  rotate(): void {
    this.flush()
    for (const table of Object.keys(this.lanes) as TelemetryTable[]) this.closeSegment(table)
  }

  /** Flushes, rotates and accepts no more rows. */
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
    const { bytes: frame, rows, days } = encodeFrame(table, block, this.out)
    if (!this.hasRoomFor(frame.length)) {
      this.losses.add('spool full', rows, frame.length, this.fullText())
      return
    }
    try {
      if (segment.size > 0 && segment.daysWith(days) > SEGMENT_DAYS) this.closeSegment(table)
      segment.append(frame, days, rows)
    } catch (error) {
      this.losses.add('not writable', rows, frame.length, `${this.directory}: ${textOf(error)}`)
      return
    }
    this.knownBytes += frame.length
    this.out.reset() // releases the memory of a giant record
    this.handOverLater(table)
  }

  /** Closes a segment for the sender when it is large enough, or old enough. */
  private handOverLater(table: TelemetryTable): void {
    if (this.lane(table).segment.size >= SEGMENT_BYTES || this.exiting) this.closeSegment(table)
    else if (this.timer === undefined) {
      this.timer = setTimeout(this.onTimer, SEGMENT_AGE_MS)
      this.timer.unref()
    }
  }

  private hasRoomFor(bytes: number): boolean {
    if (this.knownBytes + bytes > this.maxBytes) this.measureDirectory()
    return this.knownBytes + bytes <= this.maxBytes
  }

  private fullText(): string {
    return `${this.directory} holds ${this.knownBytes} bytes, the limit is ${this.maxBytes}`
  }

  private takeBlock<T extends TelemetryTable>(table: T): BlockOf<T> {
    const free = this.freeBlocks[table] as BlockOf<T>[] | undefined
    return free?.pop() ?? new Block(TELEMETRY_TABLES[table])
  }

  /** Writes the frames of a batch, one write a table; undoes all of them if one fails. Throws `BatchRefused`. */
  private keepWhole(frames: readonly EncodedFrame[]): void {
    if (frames.length === 0) return
    if (this.closed) throw new BatchRefused('not writable', 'The spool is closed.')
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
    if (!this.hasRoomFor(bytes)) throw new BatchRefused('no room', this.fullText())
    const tables = frames.length === 1 ? [frames[0]!.table] : [...new Set(frames.map(({ table }) => table))]
    const written: (() => void)[] = []
    try {
      for (const table of tables) {
        const own = frames.filter((frame) => frame.table === table)
        const days = new Set(own.flatMap((frame) => [...frame.days]))
        const { segment } = this.lane(table)
        if (segment.size > 0 && segment.daysWith(days) > SEGMENT_DAYS) this.closeSegment(table)
        const rows = own.reduce((sum, frame) => sum + frame.rows, 0)
        written.push(
          segment.append(own.length === 1 ? own[0]!.bytes : Buffer.concat(own.map((frame) => frame.bytes)), days, rows),
        )
      }
    } catch (error) {
      for (const takeBack of written) takeBack()
      throw new BatchRefused('not writable', `${this.directory}: ${textOf(error)}`, { cause: error })
    }
    this.knownBytes += bytes
    for (const table of tables) this.handOverLater(table)
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
      // nothing is lost: a sender takes it when this process has ended, or when the segment is some minutes old
      if (!this.saidStuck) log('warn', `a segment in ${this.directory} cannot be closed now: ${textOf(error)}`)
      this.saidStuck = true
      return
    }
    this.measureDirectory()
    this.onSegment?.()
  }

  /** Measures the directory's size; the sender and other processes change it too. */
  private measureDirectory(): void {
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
