import { randomFillSync } from 'node:crypto'

import { v7 } from 'uuid'

const BYTES = 16
/** Random bytes for many ids at once: asking the operating system for each id costs 5 µs. */
const pool: Uint8Array = new Uint8Array(BYTES * 256)
let used = pool.length

/** Returns a new UUIDv7. */
export function newRunId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += BYTES
  return v7({ random: pool.subarray(used - BYTES, used) })
}
