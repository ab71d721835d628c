const ZERO = 48
const POINT = 46
const HEX = '0123456789abcdef'

/**
 * Length below which ASCII is written byte by byte: most texts of spans are, and it is faster than a call into the runtime.
 */
const SHORT = 64

/** Maximum size of a buffer that is kept for the next block. */
const KEPT_BYTES = 2 * 1024 * 1024

/** A growing buffer with the primitive encodings of ClickHouse's Native format. */
export class ByteWriter {
  bytes: Buffer
  length = 0
  private numbers: DataView

  constructor(capacity = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
    this.numbers = new DataView(this.bytes.buffer)
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, needed))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
    this.numbers = new DataView(larger.buffer)
  }

  /** Empties the buffer; one enlarged by a giant value is released. */
  reset(): void {
    this.length = 0
    if (this.bytes.length <= KEPT_BYTES) return
    this.bytes = Buffer.allocUnsafeSlow(4096)
    this.numbers = new DataView(this.bytes.buffer)
  }

  view(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  append(other: ByteWriter): void {
    this.reserve(other.length)
    other.bytes.copy(this.bytes, this.length, 0, other.length)
    this.length += other.length
  }

  /** Appends the bytes between two positions once more. */
  repeat(from: number, to: number): void {
    this.reserve(to - from)
    this.bytes.copyWithin(this.length, from, to)
    this.length += to - from
  }

  uint8(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  varint(value: number): void {
    this.reserve(8)
    const { bytes } = this
    let at = this.length
    while (value >= 128) {
      bytes[at++] = (value % 128) | 128
      value = Math.floor(value / 128)
    }
    bytes[at++] = value
    this.length = at
  }

  uint32(value: number): void {
    this.reserve(4)
    this.numbers.setUint32(this.length, value, true)
    this.length += 4
  }

  /** A 64-bit integer in two unsigned halves. */
  uint64(high: number, low: number): void {
    this.reserve(8)
    this.numbers.setUint32(this.length, low, true)
    this.numbers.setUint32(this.length + 4, high, true)
    this.length += 8
  }

  /** A non-negative integer below 2^53 as 64 bits. */
  uint64Number(value: number): void {
    const low = value >>> 0
    this.uint64((value - low) / 4294967296, low)
  }

  bigint64(value: bigint): void {
    this.reserve(8)
    this.numbers.setBigUint64(this.length, value, true)
    this.length += 8
  }

  float64(value: number): void {
    this.reserve(8)
    this.numbers.setFloat64(this.length, value, true)
    this.length += 8
  }

  /** Length in bytes, then UTF-8; lone surrogates become U+FFFD. */
  string(text: string): void {
    const count = text.length
    if (count < SHORT) {
      this.reserve(count + 1)
      const { bytes } = this
      const start = this.length
      let bits = 0
      for (let i = 0; i < count; i++) {
        const code = text.charCodeAt(i)
        bits |= code
        bytes[start + 1 + i] = code
      }
      if (bits < 128) {
        bytes[start] = count
        this.length = start + 1 + count
        return
      }
    }
    if (count < 128) {
      this.reserve(count * 3 + 1)
      const size = this.bytes.write(text, this.length + 1)
      if (size < 128) {
        this.bytes[this.length] = size
        this.length += 1 + size
        return
      }
    }
    const size = Buffer.byteLength(text)
    this.reserve(size + 8)
    this.varint(size)
    this.bytes.write(text, this.length, size, 'utf8')
    this.length += size
  }

  /** Appends a text that is already UTF-8: its length, then its bytes unchanged. */
  utf8(source: Buffer, from: number, to: number): void {
    const size = to - from
    this.reserve(size + 8)
    if (size < SHORT) {
      const { bytes } = this
      let at = this.length
      bytes[at++] = size
      for (let i = from; i < to; i++) bytes[at++] = source[i]!
      this.length = at
      return
    }
    this.varint(size)
    source.copy(this.bytes, this.length, from, to)
    this.length += size
  }

  /** Appends bytes as hexadecimal digits, preceded by their number; nothing for zeros only. */
  hex(source: Buffer, from: number, to: number): void {
    const size = to - from
    this.reserve(size * 2 + 1)
    const { bytes } = this
    let at = this.length + 1
    let bits = 0
    for (let i = from; i < to; i++) {
      const byte = source[i]!
      bits |= byte
      bytes[at++] = HEX.charCodeAt(byte >>> 4)
      bytes[at++] = HEX.charCodeAt(byte & 15)
    }
    bytes[this.length] = bits === 0 ? 0 : size * 2
    this.length = bits === 0 ? this.length + 1 : at
  }

  /** Appends eight bytes unchanged. */
  eight(source: Buffer, from: number): void {
    this.reserve(8)
    const { bytes, length } = this
    for (let i = 0; i < 8; i++) bytes[length + i] = source[from + i]!
    this.length += 8
  }

  /** Appends a number as the text of `String()`, preceded by its length. */
  numberText(value: number): void {
    if (!Number.isSafeInteger(value)) this.fractionText(value)
    else if (value < 0 || Object.is(value, -0)) this.string(Object.is(value, -0) ? '-0' : String(value))
    else {
      this.reserve(17)
      const start = this.length
      this.length = this.digits(value, start + 1)
      this.bytes[start] = this.length - start - 1
    }
  }

  /**
   * Writes up to six decimals (seconds counted in microseconds) digit by digit. With at most 15 digits no shorter text has
   * the same value, so the result equals `String()`.
   */
  private fractionText(value: number): void {
    const millionths = Math.round(value * 1e6)
    if (!(value > 0 && millionths > 0 && millionths < 1e15 && millionths / 1e6 === value)) {
      this.string(String(value))
      return
    }
    this.reserve(24)
    const { bytes } = this
    const start = this.length
    const whole = Math.floor(millionths / 1e6)
    let rest = (millionths - whole * 1e6) | 0
    let places = 6
    for (let tenth = (rest / 10) | 0; tenth * 10 === rest; tenth = (rest / 10) | 0) {
      rest = tenth
      places--
    }
    const point = this.digits(whole, start + 1)
    bytes[point] = POINT
    const end = point + 1 + places
    for (let at = end; at > point + 1;) {
      const tenth = (rest / 10) | 0
      bytes[--at] = ZERO + rest - tenth * 10
      rest = tenth
    }
    bytes[start] = end - start - 1
    this.length = end
  }

  /** Writes a non-negative integer in decimal at a position; returns the end. The buffer must have space. */
  private digits(value: number, from: number): number {
    const { bytes } = this
    let count = 1
    for (let limit = 10; value >= limit; limit *= 10) count++
    let rest = value
    let at = from + count
    // beyond 2^31 division uses floating point: take a group of nine digits at a time
    while (rest >= 1e9) {
      const upper = Math.floor(rest / 1e9)
      let lower = (rest - upper * 1e9) | 0
      for (let i = 0; i < 9; i++) {
        const tenth = (lower / 10) | 0
        bytes[--at] = ZERO + lower - tenth * 10
        lower = tenth
      }
      rest = upper
    }
    let small = rest | 0
    do {
      const tenth = (small / 10) | 0
      bytes[--at] = ZERO + small - tenth * 10
      small = tenth
    } while (at > from)
    return from + count
  }
}
