import { cutUnits } from '@runspan/story'

/** Bodies stay below 64 kB. */
const MOST_BYTES = 64_000
/** Most characters of each text when a body is too long, tried one after another. */
const LIMITS = [8000, 2000, 500, 100]
const MOST_ENTRIES = 100

/** What a webhook says: something of a type happened at a time. */
export interface Message {
  readonly type: string
  readonly time: Date
  readonly data: Readonly<Record<string, unknown>>
}

/** `{ type, timestamp, data }` as JSON, dates as ISO 8601; where it would be 64 kB, long texts and lists in it are cut and `truncated` says so. */
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

/** The same with every text, list and depth bounded. */
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
