const QUOTE = 0x22
const BACKSLASH = 0x5c
const NEWLINE = 0x0a
const OPEN = 0x7b
const CLOSE = 0x7d

/**
 * Cuts JSON that arrives in pieces into its top-level objects: documents one after another, on one line or over many, and the
 * elements of lists. An incomplete document ends at its line if a string is left open, and is passed on: parsing will refuse
 * it, and the following ones are complete.
 */
export class JsonDocuments {
  #pieces: Buffer[] = []
  #bytes = 0
  #depth = 0
  #inText = false
  #escaped = false
  /** True within a top-level value that is not an object. */
  #inStray = false

  /** Bytes of the incomplete document. */
  get waiting(): number {
    return this.#bytes
  }

  *push(piece: Buffer): Generator<Buffer> {
    let from = this.#depth > 0 || this.#inStray ? 0 : -1
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!
      if (this.#depth === 0) {
        if (byte === OPEN || isBetween(byte)) {
          if (this.#inStray) {
            yield this.#finishDocument(piece.subarray(from, i))
            this.#inStray = false
          }
          from = byte === OPEN ? i : -1
          if (byte === OPEN) this.#depth = 1
        } else if (!this.#inStray) {
          this.#inStray = true
          from = i
        }
      } else if (this.#inText) {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) this.#inText = false
        if (byte !== NEWLINE) continue
        yield this.#finishDocument(piece.subarray(from, i))
        from = -1
      } else if (byte === QUOTE) this.#inText = true
      else if (byte === OPEN) this.#depth++
      else if (byte === CLOSE && --this.#depth === 0) {
        yield this.#finishDocument(piece.subarray(from, i + 1))
        from = -1
      }
    }
    if (from < 0) return
    this.#pieces.push(piece.subarray(from))
    this.#bytes += piece.length - from
  }

  /** Yields the incomplete rest, if any. */
  *end(): Generator<Buffer> {
    if (this.#bytes > 0) yield this.#finishDocument(Buffer.alloc(0))
  }

  #finishDocument(last: Buffer): Buffer {
    const whole = Buffer.concat([...this.#pieces, last])
    this.#pieces = []
    this.#bytes = 0
    this.#depth = 0
    this.#inText = false
    this.#escaped = false
    return whole
  }
}

/** Returns whether a byte is white space, or a character that lists put around and between their elements. */
function isBetween(byte: number): boolean {
  return byte <= 0x20 || byte === 0x2c || byte === 0x5b || byte === 0x5d
}
