/** Maximum remembered texts, and their maximum bytes. */
const MOST_TEXTS = 8192
const MOST_BYTES = 1024 * 1024
const SLOTS = 32_768
/** Maximum length of a remembered text: longer ones are rarely repeated. */
const LONGEST = 4096

/** Numbers texts by their bytes, so that a known text is found without decoding it. */
export class BytesIndex {
  readonly texts: string[] = []
  private readonly hashes = new Int32Array(MOST_TEXTS)
  private readonly starts = new Int32Array(MOST_TEXTS + 1)
  private readonly slots = new Int32Array(SLOTS)
  private arena = Buffer.allocUnsafeSlow(64 * 1024)
  /** Increased when all texts are forgotten: earlier numbers are invalid then. */
  generation = 0

  /** Returns the number of the text at `from` to `to`; -1 for one of more than 4,096 bytes. */
  of(bytes: Buffer, from: number, to: number): number {
    const length = to - from
    if (length > LONGEST) return -1
    let hash = length
    for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
    for (let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const entry = this.slots[slot]! - 1
      if (entry < 0) return this.remember(bytes, from, to, hash, slot)
      if (this.hashes[entry] === hash && this.isAt(entry, bytes, from, length)) return entry
    }
  }

  private isAt(entry: number, bytes: Buffer, from: number, length: number): boolean {
    const start = this.starts[entry]!
    if (this.starts[entry + 1]! - start !== length) return false
    const { arena } = this
    for (let i = 0; i < length; i++) if (arena[start + i] !== bytes[from + i]) return false
    return true
  }

  private remember(bytes: Buffer, from: number, to: number, hash: number, slot: number): number {
    const entry = this.texts.length
    const start = this.starts[entry]!
    const end = start + to - from
    if (entry === MOST_TEXTS || end > MOST_BYTES) {
      this.forget()
      return this.of(bytes, from, to)
    }
    if (end > this.arena.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.arena.length * 2))
      this.arena.copy(larger, 0, 0, start)
      this.arena = larger
    }
    bytes.copy(this.arena, start, from, to)
    this.starts[entry + 1] = end
    this.hashes[entry] = hash
    this.slots[slot] = entry + 1
    this.texts.push(bytes.toString('utf8', from, to))
    return entry
  }

  private forget(): void {
    this.texts.length = 0
    this.slots.fill(0)
    this.starts[0] = 0
    this.generation++
  }
}
