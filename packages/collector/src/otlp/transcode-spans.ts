import {
  addSpanSource,
  type Block,
  endSpanLists,
  type OTEL_TRACES,
  RawAttributes,
  type Source,
  SPAN_KINDS,
  STATUS_CODES,
} from '@runspan/spool'

import { sourceOf } from '../rows/source.ts'
import { notOtlp } from './fields.ts'
import { decodeMessage } from './proto.ts'
import { FIXED_64, LENGTH_DELIMITED, type Place, ProtobufCursor, VARINT } from './protobuf-cursor.ts'
import { readKeyValue } from './raw-values.ts'
import { checkRecords, type RequestBounds } from './request-bounds.ts'
import type { OtlpResource, OtlpScope } from './request.ts'

/** Thrown for requests the fast path does not support; the caller decodes objects instead. */
export class TooUnusual extends Error {
  override readonly name: string = 'TooUnusual'
}

/** Maximum attributes of a span, and maximum key length, up to which the shortcuts of the fast path are faster. */
const MOST_ATTRIBUTES = 1000
const LONGEST_KEY_BYTES = 4096
/** Same limit for events, and for links. */
const MOST_EVENTS = 10_000
/** Maximum days of a block; the slow path splits more among blocks. */
const MOST_DAYS = 24
/** Maximum seconds in `DateTime64(9)`. */
const MOST_SECONDS = 9_223_372_035
const HALF = 4_294_967_296
const SECONDS_A_DAY = 86_400

type Columns = Block<typeof OTEL_TRACES>['columns']

/** The fields of one span as positions in the body, `to` 0 for an absent one; one object for all spans. */
class SpanPlaces {
  readonly traceId: Place = { from: 0, to: 0 }
  readonly spanId: Place = { from: 0, to: 0 }
  readonly traceState: Place = { from: 0, to: 0 }
  readonly parentSpanId: Place = { from: 0, to: 0 }
  readonly name: Place = { from: 0, to: 0 }
  readonly statusMessage: Place = { from: 0, to: 0 }
  kind = 0
  statusCode = 0
  /** Position of the eight bytes of a time; -1 if absent. */
  start = -1
  end = -1
  readonly attributes: RawAttributes = new RawAttributes()
  readonly events: Place[] = []
  readonly links: Place[] = []

  clear(): void {
    for (const place of [
      this.traceId,
      this.spanId,
      this.traceState,
      this.parentSpanId,
      this.name,
      this.statusMessage,
    ]) {
      place.from = 0
      place.to = 0
    }
    this.kind = 0
    this.statusCode = 0
    this.start = -1
    this.end = -1
    this.attributes.count = 0
    this.events.length = 0
    this.links.length = 0
  }
}

/**
 * Writes the spans of an `ExportTraceServiceRequest` into a block in one pass over its bytes, without an object per span, and
 * returns their number. Rows are the same as those of the slow path over objects. Throws `NOT_OTLP`, `TOO_LARGE` and
 * `TooUnusual`; the caller then removes what was added.
 */
export function transcodeSpans(body: Buffer, block: Block<typeof OTEL_TRACES>, bounds: RequestBounds): number {
  return new Transcoder(body, block, bounds).run()
}

class Transcoder {
  private readonly cursor: ProtobufCursor
  private readonly body: Buffer
  private readonly block: Block<typeof OTEL_TRACES>
  private readonly c: Columns
  private readonly span = new SpanPlaces()
  private readonly attributes = new RawAttributes()
  private readonly bounds: RequestBounds
  private count = 0
  /** Resources and scopes: empty ones take time too. */
  private groups = 0

  constructor(body: Buffer, block: Block<typeof OTEL_TRACES>, bounds: RequestBounds) {
    this.bounds = bounds
    this.cursor = new ProtobufCursor(body)
    this.body = body
    this.block = block
    this.c = block.columns
  }

  run(): number {
    for (const group of this.cursor.messages({ from: 0, to: this.body.length }, 1)) this.resourceSpans(group)
    return this.count
  }

  private message<T>(type: string, place: Place | null): T | undefined {
    if (place === null) return undefined
    return decodeMessage(type, this.body.subarray(place.from, place.to)) as T
  }

  private resourceSpans(group: Place): void {
    const { cursor, bounds } = this
    checkRecords(++this.groups, bounds)
    const resource = this.message<OtlpResource>('Resource', cursor.lastMessage(group, 1))
    const schemaUrl = this.text(cursor.lastMessage(group, 3))
    for (const scopeGroup of cursor.messages(group, 2)) {
      checkRecords(++this.groups, bounds)
      const scope = this.message<OtlpScope>('InstrumentationScope', cursor.lastMessage(scopeGroup, 1))
      const source = sourceOf(resource, schemaUrl, scope, this.text(cursor.lastMessage(scopeGroup, 3)))
      for (const { from, to } of cursor.messages(scopeGroup, 2)) {
        this.addSpan(from, to, source)
        checkRecords(this.count, bounds)
        if ((this.count & 511) === 0 && this.block.size > bounds.maxStoredBytes) throw new TooUnusual('very many bytes')
      }
    }
  }

  private text(place: Place | null): string {
    return place === null ? '' : this.body.toString('utf8', place.from, place.to)
  }

  private addSpan(from: number, to: number, source: Source): void {
    const { span, body, c } = this
    this.readSpan(from, to)
    const { attributes } = span
    const seconds = this.addTimes()
    this.addId(c.TraceId, span.traceId)
    this.addId(c.SpanId, span.spanId)
    this.addId(c.ParentSpanId, span.parentSpanId)
    c.TraceState.addUtf8(body, span.traceState.from, span.traceState.to)
    c.SpanName.addUtf8(body, span.name.from, span.name.to)
    c.SpanKind.add(SPAN_KINDS[span.kind] ?? '')
    addSpanSource(c, source)
    c.SpanAttributes.addRaw(usual(attributes), body)
    c.StatusCode.add(STATUS_CODES[span.statusCode] ?? '')
    c.StatusMessage.addUtf8(body, span.statusMessage.from, span.statusMessage.to)
    for (const event of span.events) this.addEvent(event.from, event.to)
    for (const link of span.links) this.addLink(link.from, link.to)
    endSpanLists(c, span.events.length, span.links.length)
    this.block.endRow(seconds)
    this.count++
    if (this.block.days.size > MOST_DAYS) throw new TooUnusual('spans of too many days')
  }

  private readSpan(from: number, to: number): void {
    const { cursor, span } = this
    span.clear()
    cursor.position = from
    while (cursor.position < to) {
      const tag = cursor.tag(to)
      const type = tag & 7
      switch (tag >>> 3) {
        case 1:
          this.place(type, to, span.traceId)
          break
        case 2:
          this.place(type, to, span.spanId)
          break
        case 3:
          this.place(type, to, span.traceState)
          break
        case 4:
          this.place(type, to, span.parentSpanId)
          break
        case 5:
          this.place(type, to, span.name)
          break
        case 6:
          cursor.expect(type, VARINT)
          span.kind = cursor.varint32(to) | 0
          break
        case 7:
          cursor.expect(type, FIXED_64)
          span.start = cursor.eight(to)
          break
        case 8:
          cursor.expect(type, FIXED_64)
          span.end = cursor.eight(to)
          break
        case 9:
          this.keyValue(type, to, span.attributes)
          break
        case 11:
          span.events.push(this.place(type, to, { from: 0, to: 0 }))
          if (span.events.length > MOST_EVENTS) throw new TooUnusual('very many events')
          break
        case 13:
          span.links.push(this.place(type, to, { from: 0, to: 0 }))
          if (span.links.length > MOST_EVENTS) throw new TooUnusual('very many links')
          break
        case 15:
          this.status(this.place(type, to, { from: 0, to: 0 }))
          break
        default:
          cursor.skip(type, to)
      }
    }
  }

  private place(type: number, to: number, place: Place): Place {
    const { cursor } = this
    cursor.expect(type, LENGTH_DELIMITED)
    place.to = cursor.length(to)
    place.from = cursor.position
    cursor.position = place.to
    return place
  }

  private keyValue(type: number, to: number, attributes: RawAttributes): void {
    const { cursor } = this
    cursor.expect(type, LENGTH_DELIMITED)
    const end = cursor.length(to)
    readKeyValue(cursor, end, attributes)
    if (attributes.count > MOST_ATTRIBUTES) throw new TooUnusual('very many attributes')
    cursor.position = end
  }

  /** Reads a status; parts of one are merged, as protobuf requires. */
  private status({ from, to }: Place): void {
    const { cursor, span } = this
    cursor.position = from
    while (cursor.position < to) {
      const tag = cursor.tag(to)
      const type = tag & 7
      if (tag >>> 3 === 2) this.place(type, to, span.statusMessage)
      else if (tag >>> 3 === 3) {
        cursor.expect(type, VARINT)
        span.statusCode = cursor.varint32(to) | 0
      } else cursor.skip(type, to)
    }
    cursor.position = to
  }

  /** Adds start and duration; returns the second of the start, accurate enough for its day. */
  private addTimes(): number {
    const { span, c, body } = this
    const startLow = span.start < 0 ? 0 : body.readUInt32LE(span.start)
    const startHigh = span.start < 0 ? 0 : body.readUInt32LE(span.start + 4)
    const endLow = span.end < 0 ? 0 : body.readUInt32LE(span.end)
    const endHigh = span.end < 0 ? 0 : body.readUInt32LE(span.end + 4)
    const hasStart = startLow !== 0 || startHigh !== 0
    const isForward = endHigh > startHigh || (endHigh === startHigh && endLow >= startLow)
    if (!hasStart || !isForward) c.Duration.addHalves(0, 0)
    else {
      const borrow = endLow < startLow ? 1 : 0
      c.Duration.addHalves(endHigh - startHigh - borrow, (endLow - startLow) >>> 0)
    }
    if (hasStart) return this.addTime(c.Timestamp, span.start, startHigh, startLow)
    // a span without a start would be stored in 1970 and stretch its trace to there
    if (endLow !== 0 || endHigh !== 0) return this.addTime(c.Timestamp, span.end, endHigh, endLow)
    const now = Date.now()
    c.Timestamp.add(Math.floor(now / 1000), (now % 1000) * 1e6)
    return Math.floor(now / 1000)
  }

  private addTime(column: Columns['Timestamp'], from: number, high: number, low: number): number {
    const seconds = secondsOf(high, low)
    if (seconds > MOST_SECONDS) {
      column.add(MOST_SECONDS, 0)
      return MOST_SECONDS
    }
    column.addFixed64(this.body, from)
    return seconds
  }

  private addId(column: Columns['TraceId'], { from, to }: Place): void {
    const size = to - from
    if (size !== 0 && size !== 8 && size !== 16) throw notOtlp('an id is not 16 or 32 hexadecimal digits')
    column.addHex(this.body, from, to)
  }

  private addEvent(from: number, to: number): void {
    const { cursor, c, attributes } = this
    const name: Place = { from: 0, to: 0 }
    let time = -1
    attributes.count = 0
    cursor.position = from
    while (cursor.position < to) {
      const tag = cursor.tag(to)
      const type = tag & 7
      if (tag >>> 3 === 1) {
        cursor.expect(type, FIXED_64)
        time = cursor.eight(to)
      } else if (tag >>> 3 === 2) this.place(type, to, name)
      else if (tag >>> 3 === 3) this.keyValue(type, to, attributes)
      else cursor.skip(type, to)
    }
    const column = c['Events.Timestamp'].items
    if (time < 0) column.add(0, 0)
    else this.addTime(column, time, this.body.readUInt32LE(time + 4), this.body.readUInt32LE(time))
    c['Events.Name'].items.addUtf8(this.body, name.from, name.to)
    c['Events.Attributes'].items.addRaw(usual(attributes), this.body)
  }

  private addLink(from: number, to: number): void {
    const { cursor, c, attributes } = this
    const [traceId, spanId, traceState] = [
      { from: 0, to: 0 },
      { from: 0, to: 0 },
      { from: 0, to: 0 },
    ]
    attributes.count = 0
    cursor.position = from
    while (cursor.position < to) {
      const tag = cursor.tag(to)
      const type = tag & 7
      if (tag >>> 3 === 1) this.place(type, to, traceId!)
      else if (tag >>> 3 === 2) this.place(type, to, spanId!)
      else if (tag >>> 3 === 3) this.place(type, to, traceState!)
      else if (tag >>> 3 === 4) this.keyValue(type, to, attributes)
      else cursor.skip(type, to)
    }
    this.addId(c['Links.TraceId'].items, traceId!)
    this.addId(c['Links.SpanId'].items, spanId!)
    c['Links.TraceState'].items.addUtf8(this.body, traceState!.from, traceState!.to)
    c['Links.Attributes'].items.addRaw(usual(attributes), this.body)
  }
}

/**
 * Returns whole seconds of nanoseconds in two halves: in floating point, which is off by a microsecond, and exactly if that
 * could change the day.
 */
function secondsOf(high: number, low: number): number {
  const seconds = Math.floor((high * HALF + low) / 1e9)
  const ofDay = seconds % SECONDS_A_DAY
  if (ofDay > 0 && ofDay < SECONDS_A_DAY - 1 && seconds < MOST_SECONDS) return seconds
  return Number(((BigInt(high) << 32n) | BigInt(low)) / 1_000_000_000n)
}

/** Throws `TooUnusual` for attributes that the columns' shortcuts do not support. */
function usual(attributes: RawAttributes): RawAttributes {
  for (let i = 0; i < attributes.count; i++) {
    if (attributes.keyTo[i]! - attributes.keyFrom[i]! > LONGEST_KEY_BYTES) throw new TooUnusual('a very long key')
  }
  return attributes
}
