import { notOtlp } from './fields.ts'

export const VARINT = 0
export const FIXED_64 = 1
export const LENGTH_DELIMITED = 2
const FIXED_32 = 5

/** A stretch of a body. */
export interface Place {
  from: number
  to: number
}

/** Reads a protobuf body from front to back, and checks that everything lies within it. Throws `NOT_OTLP`. */
export class ProtobufCursor {
  readonly bytes: Buffer
  position = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Returns a field's number and wire type: `number << 3 | type`. */
  tag(end: number): number {
    return this.varint32(end)
  }

  /** Returns the lowest 32 bits of a varint. */
  varint32(end: number): number {
    const { bytes } = this
    let at = this.position
    const first = bytes[at]!
    if (at < end && first < 128) {
      this.position = at + 1
      return first
    }
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) break
      const byte = bytes[at++]!
      if (shift < 32) value |= (byte & 127) << shift
      if (byte < 128) {
        this.position = at
        return value >>> 0
      }
    }
    throw broken()
  }

  /** Skips a varint. */
  skipVarint(end: number): void {
    const { bytes } = this
    for (let count = 0; count < 10 && this.position < end; count++) if (bytes[this.position++]! < 128) return
    throw broken()
  }

  /**
   * Returns the end of a length-delimited field. The cursor must be at its length, and is at its beginning afterwards.
   */
  length(end: number): number {
    const size = this.varint32(end)
    const to = this.position + size
    if (to > end) throw broken()
    return to
  }

  /** Skips eight bytes; returns their start. */
  eight(end: number): number {
    const from = this.position
    this.position += 8
    if (this.position > end) throw broken()
    return from
  }

  /** Skips an unknown field. */
  skip(type: number, end: number): void {
    if (type === VARINT) this.skipVarint(end)
    else if (type === FIXED_64) this.eight(end)
    else if (type === LENGTH_DELIMITED) this.position = this.length(end)
    else if (type === FIXED_32) {
      this.position += 4
      if (this.position > end) throw broken()
    } else throw broken()
  }

  /** Yields the messages of a field in a stretch, one after another; skips other fields. */
  *messages({ from, to }: Place, field: number): Generator<Place> {
    let at = from
    while (at < to) {
      this.position = at
      const tag = this.tag(to)
      if (tag >>> 3 !== field) {
        this.skip(tag & 7, to)
        at = this.position
        continue
      }
      this.expect(tag & 7, LENGTH_DELIMITED)
      at = this.length(to)
      yield { from: this.position, to: at }
    }
  }

  /** Returns the last message, or text, of a field, in any order of fields; null if there is none. */
  lastMessage(place: Place, field: number): Place | null {
    let last: Place | null = null
    for (const message of this.messages(place, field)) last = message
    return last
  }

  /** Throws unless a known field has its correct wire type. */
  expect(type: number, wanted: number): void {
    if (type !== wanted) throw notOtlp(`a field has wire type ${type} where ${wanted} belongs`)
  }
}

function broken(): Error {
  return notOtlp('the protobuf message breaks off or is damaged')
}
