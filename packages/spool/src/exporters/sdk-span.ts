import { INVALID_SPANID, INVALID_TRACEID, type SpanContext } from '@opentelemetry/api'

import type { Attributes } from '../native/map-column.ts'
import type { Time } from '../rows/source.ts'
import type { SpanEventRow, SpanLinkRow, SpanRow } from '../rows/span-row.ts'
import { SPAN_KINDS, STATUS_CODES } from '../rows/span-values.ts'
import type { SdkResource, SdkScope, SdkSources } from './sdk-source.ts'

/** The fields that we read of a finished span of the SDK, version 2 or 3. */
export interface SdkSpan {
  readonly name: string
  /** 0 internal, 1 server, 2 client, 3 producer, 4 consumer. */
  readonly kind: number
  spanContext(): SpanContext
  readonly parentSpanContext?: SpanContext | undefined
  readonly startTime: Time
  readonly duration: Time
  readonly status: { readonly code: number; readonly message?: string | undefined }
  readonly attributes: Attributes
  readonly events: readonly {
    readonly name: string
    readonly time: Time
    readonly attributes?: Attributes | undefined
  }[]
  readonly links: readonly { readonly context: SpanContext; readonly attributes?: Attributes | undefined }[]
  readonly resource: SdkResource
  readonly instrumentationScope: SdkScope
}

/** Seconds below which nanoseconds stay below 2^53. */
const EXACT_SECONDS = 9_000_000
const NO_ATTRIBUTES: Attributes = {}
const NO_EVENTS: readonly SpanEventRow[] = []
const NO_LINKS: readonly SpanLinkRow[] = []

/** Returns a span of the SDK as a row of `otel_traces`. */
export function spanRow(span: SdkSpan, sources: SdkSources): SpanRow {
  const context = span.spanContext()
  const { duration } = span
  return {
    source: sources.of(span.resource, span.instrumentationScope),
    start: span.startTime,
    duration: nanosecondsOf(duration),
    traceId: idText(context.traceId),
    spanId: idText(context.spanId),
    parentSpanId: idText(span.parentSpanContext?.spanId),
    traceState: context.traceState?.serialize() ?? '',
    name: String(span.name ?? ''),
    kind: (span.kind as number | undefined) === undefined ? 'Unspecified' : (SPAN_KINDS[span.kind + 1] ?? ''),
    attributes: span.attributes,
    statusCode: STATUS_CODES[span.status.code] ?? '',
    statusMessage: String(span.status.message ?? ''),
    events: span.events.length === 0 ? NO_EVENTS : span.events.map(eventRow),
    links: span.links.length === 0 ? NO_LINKS : span.links.map(linkRow),
  }
}

/** Returns exact integer nanoseconds; 0 for a span that ends before it starts. */
function nanosecondsOf(time: Time): number | bigint {
  const seconds = time[0]
  const nanoseconds = time[1]
  if (!(seconds >= EXACT_SECONDS && Number.isFinite(seconds))) return Math.max(0, seconds * 1e9 + nanoseconds) || 0
  return BigInt(Math.round(seconds)) * 1_000_000_000n + BigInt(Math.round(nanoseconds))
}

/** Returns an id as text; empty for an id of zeros. */
export function idText(id: string | undefined): string {
  if (id === undefined) return ''
  // almost no id starts with a zero, so the longer comparisons are rare
  return id.startsWith('0') && (id === INVALID_TRACEID || id === INVALID_SPANID) ? '' : id
}

function eventRow(event: SdkSpan['events'][number]): SpanEventRow {
  return { time: event.time, name: String(event.name ?? ''), attributes: event.attributes ?? NO_ATTRIBUTES }
}

function linkRow(link: SdkSpan['links'][number]): SpanLinkRow {
  return {
    traceId: idText(link.context.traceId),
    spanId: idText(link.context.spanId),
    traceState: link.context.traceState?.serialize() ?? '',
    attributes: link.attributes ?? NO_ATTRIBUTES,
  }
}
