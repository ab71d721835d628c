import { ByteWriter } from './byte-writer.ts'
import { BytesIndex } from './bytes-index.ts'

/** One column of a block that is being filled: values first, then `writeState` and `writeData` into the block. */
export interface Column {
  /** Writes the state prefix: the version of a LowCardinality dictionary, nothing for other types. */
  writeState(out: ByteWriter): void
  writeData(out: ByteWriter): void
  reset(): void
  /** Drops all but the first `rows` values, after a value of the row could not be encoded. */
  truncate(rows: number): void
  /** Approximate bytes held; decides when a block is full. */
  readonly size: number
}

/** A column whose encoding is the concatenation of its values. */
abstract class PlainColumn implements Column {
  protected readonly values: ByteWriter = new ByteWriter()

  writeState(): void {
    // only dictionaries have a state
  }

  writeData(out: ByteWriter): void {
    out.append(this.values)
  }

  reset(): void {
    this.values.reset()
  }

  abstract truncate(rows: number): void

  get size(): number {
    return this.values.length
  }
}

/** A column whose values all take the same number of bytes. */
abstract class FixedColumn extends PlainColumn {
  protected abstract readonly width: number

  override truncate(rows: number): void {
    this.values.length = Math.min(this.values.length, rows * this.width)
  }
}

export class StringColumn extends PlainColumn {
  add(text: string): void {
    this.values.string(text)
  }

  override truncate(rows: number): void {
    const { bytes, length } = this.values
    let at = 0
    for (let i = 0; i < rows && at < length; i++) {
      let size = 0
      let scale = 1
      for (; bytes[at]! >= 128; scale *= 128) size += (bytes[at++]! & 127) * scale
      size += bytes[at++]! * scale
      at += size
    }
    this.values.length = at
  }

  /** Adds a text that is already UTF-8. */
  addUtf8(source: Buffer, from: number, to: number): void {
    this.values.utf8(source, from, to)
  }

  /** Adds an id as hexadecimal digits; an id of zeros is empty. */
  addHex(source: Buffer, from: number, to: number): void {
    this.values.hex(source, from, to)
  }

  addNumber(value: number): void {
    this.values.numberText(value)
  }

  /** Adds the values between two positions of `size` once more. */
  repeat(from: number, to: number): void {
    this.values.repeat(from, to)
  }
}

/** `UInt8` and `Bool`. */
export class UInt8Column extends FixedColumn {
  protected override readonly width = 1

  add(value: number): void {
    this.values.uint8(value)
  }
}

/** `UInt32` and `Int32`. */
export class Int32Column extends FixedColumn {
  protected override readonly width = 4

  add(value: number): void {
    this.values.uint32(value)
  }
}

export class UInt64Column extends FixedColumn {
  protected override readonly width = 8

  /** Adds two unsigned halves. */
  addHalves(high: number, low: number): void {
    this.values.uint64(high, low)
  }

  /** A non-negative integer; above 2^53 as bigint. */
  add(value: number | bigint): void {
    if (typeof value === 'bigint') this.values.bigint64(value)
    else this.values.uint64Number(value)
  }
}

export class Float64Column extends FixedColumn {
  protected override readonly width = 8

  add(value: number): void {
    this.values.float64(value)
  }
}

/** `DateTime64(9)`: nanoseconds since 1970. */
export class DateTime64Column extends FixedColumn {
  protected override readonly width = 8

  /** Adds nanoseconds since 1970, below 2^63, as they are in a protobuf body. */
  addFixed64(source: Buffer, from: number): void {
    this.values.eight(source, from)
  }

  /** Adds whole seconds (0 … 2^33) and the nanoseconds of that second. */
  add(seconds: number, nanoseconds: number): void {
    // seconds × 10^9 exceeds 2^53: multiply in two halves of 16 bits
    const upper = Math.floor(seconds / 65536) * 1e9
    const high = Math.floor(upper / 65536)
    const low = (upper - high * 65536) * 65536 + (seconds % 65536) * 1e9 + nanoseconds
    const carry = Math.floor(low / 4294967296)
    this.values.uint64(high + carry, low - carry * 4294967296)
  }
}

const DICTIONARY_VERSION = 1
const HAS_ADDITIONAL_KEYS = 1 << 9
const NEEDS_UPDATE = 1 << 10

/** `LowCardinality(String)`: a dictionary of the block's distinct values and an index a row. */
export class LowCardinalityColumn implements Column {
  private readonly indexOf = new Map<string, number>()
  private readonly keys = new ByteWriter()
  private rows: Uint32Array = new Uint32Array(256)
  private count = 0
  private lastText = ''
  private lastIndex = 0
  private readonly seen = new BytesIndex()
  private seenGeneration = 0
  private readonly seenIndexes: number[] = []
  private readonly seenEpochs: number[] = []
  /** Increased with every reset, so that an index of this dictionary can detect that it is outdated. */
  epoch = 0

  constructor() {
    this.reset()
  }

  /** Returns the index of a value in the dictionary of this block; adds it if new. */
  index(text: string): number {
    const known = this.indexOf.get(text)
    if (known !== undefined) return known
    const index = this.indexOf.size
    this.keys.string(text) // first: it throws for a value that is no text, which must not be in the dictionary then
    this.indexOf.set(text, index)
    return index
  }

  add(text: string): void {
    // services, kinds and statuses often repeat in consecutive rows
    if (text !== this.lastText) {
      this.lastIndex = this.index(text)
      this.lastText = text
    }
    this.addIndex(this.lastIndex)
  }

  /** Adds a text in UTF-8, which is not decoded if it is known. */
  addUtf8(source: Buffer, from: number, to: number): void {
    this.addIndex(this.indexUtf8(source, from, to))
  }

  private indexUtf8(source: Buffer, from: number, to: number): number {
    const { seen } = this
    const number = seen.of(source, from, to)
    if (number < 0) return this.index(source.toString('utf8', from, to))
    if (seen.generation !== this.seenGeneration) {
      this.seenGeneration = seen.generation
      this.seenIndexes.length = 0
      this.seenEpochs.length = 0
    }
    if (this.seenEpochs[number] === this.epoch) return this.seenIndexes[number]!
    const index = this.index(seen.texts[number]!)
    this.seenEpochs[number] = this.epoch
    this.seenIndexes[number] = index
    return index
  }

  /** Adds the last indexes once more. */
  repeatLast(many: number): void {
    const from = this.count - many
    for (let i = 0; i < many; i++) this.addIndex(this.rows[from + i]!)
  }

  addIndex(index: number): void {
    if (this.count === this.rows.length) {
      const larger = new Uint32Array(this.rows.length * 2)
      larger.set(this.rows)
      this.rows = larger
    }
    this.rows[this.count++] = index
  }

  writeState(out: ByteWriter): void {
    out.uint64(0, DICTIONARY_VERSION)
  }

  writeData(out: ByteWriter): void {
    const { count, rows } = this
    if (count === 0) return
    const keys = this.indexOf.size
    const width = keys <= 256 ? 0 : keys <= 65536 ? 1 : 2
    out.uint64(0, width | HAS_ADDITIONAL_KEYS | NEEDS_UPDATE)
    out.uint64Number(keys)
    out.append(this.keys)
    out.uint64Number(count)
    out.reserve(count * 4)
    const { bytes } = out
    let at = out.length
    for (let i = 0; i < count; i++) {
      const index = rows[i]!
      bytes[at++] = index
      if (width > 0) bytes[at++] = index >>> 8
      if (width > 1) {
        bytes[at++] = index >>> 16
        bytes[at++] = index >>> 24
      }
    }
    out.length = at
  }

  reset(): void {
    this.indexOf.clear()
    this.keys.reset()
    this.count = 0
    this.epoch++
    this.index('') // the default value comes first
    this.lastText = ''
    this.lastIndex = 0
  }

  truncate(rows: number): void {
    this.count = Math.min(this.count, rows) // an unused value in the dictionary does no harm
  }

  get size(): number {
    return this.keys.length + this.count
  }
}

/** `Array(T)`: call `end` after the elements of a row were added to `items`. */
export class ArrayColumn<Item extends Column> implements Column {
  readonly items: Item
  private readonly offsets = new ByteWriter()
  private total = 0
  /** Rows without elements whose offset is not yet written: most spans have neither events nor links. */
  private empty = 0

  constructor(items: Item) {
    this.items = items
  }

  end(added: number): void {
    if (added === 0) {
      this.empty++
      return
    }
    this.writeEmpty()
    this.total += added
    this.offsets.uint64Number(this.total)
  }

  private writeEmpty(): void {
    for (; this.empty > 0; this.empty--) this.offsets.uint64Number(this.total)
  }

  writeState(out: ByteWriter): void {
    this.items.writeState(out)
  }

  writeData(out: ByteWriter): void {
    this.writeEmpty()
    out.append(this.offsets)
    this.items.writeData(out)
  }

  reset(): void {
    this.offsets.reset()
    this.total = 0
    this.empty = 0
    this.items.reset()
  }

  truncate(rows: number): void {
    this.writeEmpty()
    this.total = truncateOffsets(this.offsets, rows)
    this.items.truncate(this.total)
  }

  get size(): number {
    return this.offsets.length + this.empty * 8 + this.items.size
  }
}

/** Drops all but the first `rows` offsets; returns the number of elements of these rows. */
export function truncateOffsets(offsets: ByteWriter, rows: number): number {
  offsets.length = Math.min(offsets.length, rows * 8)
  return offsets.length === 0 ? 0 : Number(offsets.view().readBigUInt64LE(offsets.length - 8))
}
