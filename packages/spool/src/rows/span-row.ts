import type { Block } from '../native/block.ts'
import type { Attributes } from '../native/map-column.ts'
import type { OTEL_TRACES } from '../tables/otel-traces.ts'
import { type Source, storableTime, type Time } from './source.ts'

/** One span, ready for `otel_traces`. */
export interface SpanRow {
  readonly source: Source
  readonly start: Time
  /** Nanoseconds, not negative. */
  readonly duration: number | bigint
  /** Lower-case hexadecimal; empty if absent. */
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly traceState: string
  readonly name: string
  /** `Unspecified`, `Internal`, `Server`, `Client`, `Producer`, `Consumer`, or empty. */
  readonly kind: string
  readonly attributes: Attributes
  /** `Unset`, `Ok`, `Error`, or empty. */
  readonly statusCode: string
  readonly statusMessage: string
  readonly events: readonly SpanEventRow[]
  readonly links: readonly SpanLinkRow[]
}

export interface SpanEventRow {
  readonly time: Time
  readonly name: string
  readonly attributes: Attributes
}

export interface SpanLinkRow {
  readonly traceId: string
  readonly spanId: string
  readonly traceState: string
  readonly attributes: Attributes
}

type Columns = Block<typeof OTEL_TRACES>['columns']

/** Adds a span's fields from its resource and scope. */
export function addSpanSource(columns: Columns, source: Source): void {
  columns.ServiceName.add(source.serviceName)
  columns.ResourceAttributes.addFixed(source.resource)
  columns.ScopeName.add(source.scopeName)
  columns.ScopeVersion.add(source.scopeVersion)
}

/** Ends the lists of a span's events and links, whose items were added before. */
export function endSpanLists(columns: Columns, events: number, links: number): void {
  columns['Events.Timestamp'].end(events)
  columns['Events.Name'].end(events)
  columns['Events.Attributes'].end(events)
  columns['Links.TraceId'].end(links)
  columns['Links.SpanId'].end(links)
  columns['Links.TraceState'].end(links)
  columns['Links.Attributes'].end(links)
}

/** Adds a span to a block of `otel_traces`. */
export function addSpanRow(block: Block<typeof OTEL_TRACES>, row: SpanRow): void {
  const c = block.columns
  const { source } = row
  const start = storableTime(row.start)
  c.Timestamp.add(start[0], start[1])
  c.TraceId.add(row.traceId)
  c.SpanId.add(row.spanId)
  c.ParentSpanId.add(row.parentSpanId)
  c.TraceState.add(row.traceState)
  c.SpanName.add(row.name)
  c.SpanKind.add(row.kind)
  addSpanSource(c, source)
  c.SpanAttributes.add(row.attributes)
  c.Duration.add(row.duration)
  c.StatusCode.add(row.statusCode)
  c.StatusMessage.add(row.statusMessage)

  for (const event of row.events) {
    const time = storableTime(event.time)
    c['Events.Timestamp'].items.add(time[0], time[1])
    c['Events.Name'].items.add(event.name)
    c['Events.Attributes'].items.add(event.attributes)
  }

  for (const link of row.links) {
    c['Links.TraceId'].items.add(link.traceId)
    c['Links.SpanId'].items.add(link.spanId)
    c['Links.TraceState'].items.add(link.traceState)
    c['Links.Attributes'].items.add(link.attributes)
  }
  endSpanLists(c, row.events.length, row.links.length)
  block.endRow(start[0])
}
