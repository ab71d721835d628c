import type { Block } from './native/block.ts'
import { ByteWriter } from './native/byte-writer.ts'
import { addRow, type BlockOf, type Rows } from './rows/add-row.ts'
import { isBlockFull } from './segments/block-limits.ts'
import { encodeFrame, type EncodedFrame } from './segments/encoded-frame.ts'
import type { TelemetryTable } from './tables/index.ts'

/**
 * Why a batch is not stored. None of it is; the same batch may be retried later, or in smaller parts if it is too large.
 */
export class BatchRefused extends Error {
  override readonly name: string = 'BatchRefused'
  readonly reason: 'no room' | 'not writable' | 'too large'

  constructor(reason: BatchRefused['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** What a batch needs from its spool. */
export interface BatchOwner {
  takeBlock<T extends TelemetryTable>(table: T): BlockOf<T>
  giveBack(table: TelemetryTable, block: Block<never>): void
  loseRecord(error: unknown): void
  /** A writer for a frame that is stored before the next one is encoded. */
  readonly out: ByteWriter
  keepWhole(frames: readonly EncodedFrame[]): void
}

/**
 * Records that are stored completely or not at all, such as a request whose sender retries when it is refused. They are
 * encoded when they are added, and stay in memory until `commit`. End every batch by `commit` or `discard`.
 */
export class SpoolBatch {
  private readonly owner: BatchOwner
  private readonly maxBytes: number
  private readonly blocks: { [T in TelemetryTable]?: BlockOf<T> } = {}
  private readonly frames: EncodedFrame[] = []
  private readonly unencodable: unknown[] = []
  private frameBytes = 0
  /** Records added so far. */
  records = 0
  /** Records that could not be encoded; they are left out, and the others are stored. */
  rejected = 0

  /** `add` and `fill` throw `BatchRefused` (`too large`) when the encoded records exceed `maxBytes` bytes. */
  constructor(owner: BatchOwner, maxBytes: number) {
    this.owner = owner
    this.maxBytes = maxBytes
  }

  /** Adds a row to its table. A row that cannot be encoded is counted and left out. */
  add<T extends TelemetryTable>(table: T, row: Rows[T]): void {
    const block = this.block(table)
    try {
      addRow(table, block, row)
      this.records++
    } catch (error) {
      block.dropHalfRow()
      this.rejected++
      if (this.unencodable.length === 0) this.unencodable.push(error)
    }
    this.cutIfFull(table, block)
  }

  /**
   * Lets `fill` add rows to a table's block; it returns their number. If it throws, none is added and the caller gets the
   * error.
   */
  fill<T extends TelemetryTable>(table: T, fill: (block: BlockOf<T>) => number): void {
    const block = this.block(table)
    const before = block.rows
    try {
      this.records += fill(block)
    } catch (error) {
      block.truncate(before)
      throw error
    }
    this.cutIfFull(table, block)
  }

  /** Writes the batch to disk. Throws `BatchRefused`; then none of it is stored. */
  commit(): void {
    try {
      const tables = Object.keys(this.blocks) as TelemetryTable[]
      // a single frame, the usual case, needs no memory of its own
      const out = this.frames.length === 0 && tables.length === 1 ? this.owner.out : undefined
      for (const table of tables) this.cut(table, this.block(table), out)
      this.checkSize()
      this.owner.keepWhole(this.frames)
      out?.reset()
    } finally {
      this.discard()
    }
    for (const error of this.unencodable) this.owner.loseRecord(error)
  }

  /** Drops the batch. */
  discard(): void {
    for (const table of Object.keys(this.blocks) as TelemetryTable[]) {
      const block = this.block(table)
      block.clear()
      this.owner.giveBack(table, block as unknown as Block<never>)
      delete this.blocks[table]
    }
    this.frames.length = 0
    this.frameBytes = 0
  }

  private block<T extends TelemetryTable>(table: T): BlockOf<T> {
    const blocks: { [K in T]?: BlockOf<K> } = this.blocks as { [K in T]?: BlockOf<K> }
    return (blocks[table] ??= this.owner.takeBlock(table))
  }

  private cutIfFull<T extends TelemetryTable>(table: T, block: BlockOf<T>): void {
    if (!isBlockFull(block)) return
    this.cut(table, block)
    this.checkSize()
  }

  private checkSize(): void {
    if (this.frameBytes <= this.maxBytes) return
    throw new BatchRefused('too large', `Its records take more than ${this.maxBytes} bytes as they are stored.`)
  }

  private cut<T extends TelemetryTable>(table: T, block: BlockOf<T>, out?: ByteWriter): void {
    if (block.rows === 0) return
    const frame = encodeFrame(table, block, out ?? new ByteWriter(block.size + 4096))
    this.frames.push(frame)
    this.frameBytes += frame.bytes.length
  }
}
