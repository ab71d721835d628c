import { AnalyticsError } from '../errors.ts'

/** A row among the events of a shard. */
export interface Point {
  readonly block: number
  readonly offset: number
}

/** Points by shard number; 0 without a cluster. */
export type Place = ReadonlyMap<number, Point>

/**
 * After all events up to `place`. With `end`: after the first `told` of the events between `place` and `end`, in order of
 * time.
 */
export interface Position {
  readonly place: Place
  readonly end?: Place
  readonly told: number
}

/** Offset after all rows of a block. */
export const LAST: number = Number.MAX_SAFE_INTEGER

const POINT = String.raw`(?:\d{1,5}:)?\d{1,16}\.(?:-1|\d{1,16})`
const PLACE = `${POINT}(?:,${POINT}){0,9999}`
const POSITION = new RegExp(`^(${PLACE})(?:-(${PLACE})-(\\d{1,5}))?$`)

/** Returns `block.offset`, over a cluster `shard:block.offset,…`; or two of them, `…-…-told`. */
export function formatPosition({ place, end, told }: Position): string {
  return end === undefined ? formatPlace(place) : `${formatPlace(place)}-${formatPlace(end)}-${told}`
}

/** Returns the position in a text. Throws `INVALID_POSITION`. */
export function parsePosition(text: string): Position {
  const match = POSITION.exec(text)
  if (match === null)
    throw new AnalyticsError('INVALID_POSITION', 'The position is not valid: pass the position of an event or a page.')
  const place = parsePlace(match[1]!)
  return match[2] === undefined ? { place, told: 0 } : { place, end: parsePlace(match[2]), told: Number(match[3]) }
}

function formatPlace(place: Place): string {
  const points = [...place].toSorted(([a], [b]) => a - b)
  // before any event of one server
  if (points.length === 0) return '0.-1'
  return points.map(([shard, { block, offset }]) => `${shard === 0 ? '' : `${shard}:`}${block}.${offset}`).join(',')
}

function parsePlace(text: string): Place {
  return new Map(
    text.split(',').map((part) => {
      const [, shard = '0', block, offset] = /^(?:(\d+):)?(\d+)\.(-?\d+)$/.exec(part)!
      return [Number(shard), { block: Number(block), offset: Number(offset) }]
    }),
  )
}
