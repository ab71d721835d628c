/** A growing buffer with the primitive encodings of ClickHouse's Native format. */
export class ByteWriter {
  bytes: Buffer
  length = 0

  constructor(capacity = 4096) {
    this.bytes = Buffer.allocUnsafe(capacity)
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, needed))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }

  reset(): void {
    this.length = 0
  }

  view(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  append(other: ByteWriter): void {
    this.reserve(other.length)
    other.bytes.copy(this.bytes, this.length, 0, other.length)
    this.length += other.length
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
    const { bytes } = this
    const at = this.length
    bytes[at] = value
    bytes[at + 1] = value >>> 8
    bytes[at + 2] = value >>> 16
    bytes[at + 3] = value >>> 24
    this.length = at + 4
  }

  /** A 64-bit integer in two unsigned halves. */
  uint64(high: number, low: number): void {
    this.reserve(8)
    const { bytes } = this
    const at = this.length
    bytes[at] = low
    bytes[at + 1] = low >>> 8
    bytes[at + 2] = low >>> 16
    bytes[at + 3] = low >>> 24
    bytes[at + 4] = high
    bytes[at + 5] = high >>> 8
    bytes[at + 6] = high >>> 16
    bytes[at + 7] = high >>> 24
    this.length = at + 8
  }

  /** A non-negative integer below 2^53 as 64 bits. */
  uint64Number(value: number): void {
    const low = value >>> 0
    this.uint64((value - low) / 4294967296, low)
  }

  bigint64(value: bigint): void {
    this.reserve(8)
    this.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.length)
    this.length += 8
  }

  float64(value: number): void {
    this.reserve(8)
    this.bytes.writeDoubleLE(value, this.length)
    this.length += 8
  }

  /** Length in bytes, then UTF-8; lone surrogates become U+FFFD. */
  string(text: string): void {
    const count = text.length
    if (count < 40) {
      // Short ASCII is most of what spans hold; writing it here is faster than a call into the runtime.
      this.reserve(count + 1)
      const { bytes } = this
      const start = this.length
      let at = start + 1
      let i = 0
      for (; i < count; i++) {
        const code = text.charCodeAt(i)
        if (code > 127) break
        bytes[at++] = code
      }
      if (i === count) {
        bytes[start] = count
        this.length = at
        return
      }
    }
    const size = Buffer.byteLength(text)
    this.varint(size)
    this.reserve(size)
    this.bytes.write(text, this.length, size, 'utf8')
    this.length += size
  }
}
