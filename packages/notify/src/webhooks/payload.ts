import { cutUnits } from '@runspan/story'

/** Maximum size of a body. */
const MOST_BYTES = 64_000
/** Maximum characters of each text if a body is too long, tried one after another. */
const LIMITS = [8000, 2000, 500, 100]
const MOST_ENTRIES = 100

/** Content of a webhook: a type, a time and data. */
export interface Message {
  readonly type: string
  readonly time: Date
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * Returns `{ type, timestamp, data }` as JSON, with dates as ISO 8601. If it would exceed 64 kB, long texts and lists are cut
 * and `truncated` is set.
 */
export function jsonBody({ type, time, data }: Message): string {
  const timestamp = isoTime(time)
  const body = JSON.stringify({ type, timestamp, data })
  if (Buffer.byteLength(body) < MOST_BYTES) return body
  for (const most of LIMITS) {
    const shorter = JSON.stringify({
      type,
      timestamp,
      data: { ...(shortened(data, most, 6) as object), truncated: true },
    })
    if (Buffer.byteLength(shorter) < MOST_BYTES) return shorter
  }
  return JSON.stringify({ type, timestamp, data: { truncated: true } })
}

function isoTime(time: Date): string {
  return Number.isNaN(time.getTime()) ? new Date(0).toISOString() : time.toISOString()
}

/** Returns a value with every text, list and nesting depth limited. */
function shortened(value: unknown, most: number, depth: number): unknown {
  if (typeof value === 'string') return value.length <= most ? value : `${cutUnits(value, most)}…`
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (depth === 0) return '…'
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map((entry) => shortened(entry, most, depth - 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MOST_ENTRIES)
      .map(([key, entry]) => [cutUnits(key, most), shortened(entry, most, depth - 1)]),
  )
}
