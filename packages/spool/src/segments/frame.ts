import { crc32 } from 'node:zlib'

import type { ByteWriter } from '../native/byte-writer.ts'

/*
 * A segment file is a sequence of frames; each holds one Native block:
 *
 *   magic "RSF1" · body bytes u32 · rows u32 · days u16 · day u16 × days · CRC-32 of all that and the body u32 · body
 *
 * The body is sent to ClickHouse unchanged. The checksum detects a block that a crash truncated or a disk damaged; the days
 * (since 1970) are the partitions that the block touches, so that an insert never spans too many.
 */

const MAGIC = 0x31465352
const FIXED = 14

/** A block found in a segment. */
export interface Frame {
  /** Start of the frame in the segment. */
  readonly start: number
  readonly end: number
  readonly rows: number
  readonly days: readonly number[]
  /** The Native block. */
  readonly body: Buffer
}

/** Bytes of a segment that are not a valid frame. */
export interface Damage {
  readonly start: number
  readonly end: number
}

/** Returns the length of a frame's head with this many days. */
export function headLength(days: number): number {
  return FIXED + days * 2 + 4
}

/** Fills the head of a frame whose body is already at `out[head…]`; `out` contains nothing else. */
export function writeHead(out: ByteWriter, days: ReadonlySet<number>, rows: number): void {
  const head = headLength(days.size)
  const { bytes } = out
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(out.length - head, 4)
  bytes.writeUInt32LE(rows, 8)
  bytes.writeUInt16LE(days.size, 12)
  let at = FIXED
  for (const day of days) {
    bytes.writeUInt16LE(day & 0xffff, at)
    at += 2
  }
  const checksum = crc32(bytes.subarray(head, out.length), crc32(bytes.subarray(0, at)))
  bytes.writeUInt32LE(checksum, at)
}

/** Returns all whole frames of a segment, and the stretches of damage between them. */
export function readFrames(segment: Buffer): { readonly frames: Frame[]; readonly damage: Damage[] } {
  const frames: Frame[] = []
  const damage: Damage[] = []
  let at = 0
  while (at < segment.length) {
    const frame = frameAt(segment, at)
    if (frame !== undefined) {
      frames.push(frame)
      at = frame.end
      continue
    }
    const next = nextFrame(segment, at + 1)
    damage.push({ start: at, end: next })
    at = next
  }
  return { frames, damage }
}

function frameAt(segment: Buffer, start: number): Frame | undefined {
  if (start + FIXED + 4 > segment.length || segment.readUInt32LE(start) !== MAGIC) return undefined
  const bodyLength = segment.readUInt32LE(start + 4)
  const dayCount = segment.readUInt16LE(start + 12)
  const body = start + headLength(dayCount)
  const end = body + bodyLength
  if (end > segment.length) return undefined
  const daysEnd = start + FIXED + dayCount * 2
  const checksum = crc32(segment.subarray(body, end), crc32(segment.subarray(start, daysEnd)))
  if (checksum !== segment.readUInt32LE(daysEnd)) return undefined
  const days: number[] = []
  for (let at = start + FIXED; at < daysEnd; at += 2) days.push(segment.readUInt16LE(at))
  return { start, end, rows: segment.readUInt32LE(start + 8), days, body: segment.subarray(body, end) }
}

const MAGIC_BYTES = Buffer.from('RSF1', 'latin1')

/** Returns the start of the next whole frame, or the end of the segment. */
function nextFrame(segment: Buffer, from: number): number {
  for (let at = segment.indexOf(MAGIC_BYTES, from); at >= 0; at = segment.indexOf(MAGIC_BYTES, at + 1)) {
    if (frameAt(segment, at) !== undefined) return at
  }
  return segment.length
}
