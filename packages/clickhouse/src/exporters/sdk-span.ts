import type { SpanContext } from '@opentelemetry/api'

import type { Attributes } from '../native/map-column.ts'
import type { Time } from '../rows/source.ts'
import type { SpanEventRow, SpanLinkRow, SpanRow } from '../rows/span-row.ts'
import type { SdkResource, SdkScope, SdkSources } from './sdk-source.ts'

/** What we read of a finished span of the SDK, version 2 or 3. */
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

const KINDS = ['Internal', 'Server', 'Client', 'Producer', 'Consumer']
const STATUS_CODES = ['Unset', 'Ok', 'Error']
const NO_ATTRIBUTES: Attributes = {}
const NO_EVENTS: readonly SpanEventRow[] = []
const NO_LINKS: readonly SpanLinkRow[] = []

/** A span of the SDK as a row of `otel_traces`. */
export function spanRow(span: SdkSpan, sources: SdkSources): SpanRow {
  const context = span.spanContext()
  const [seconds, nanoseconds] = span.duration
  return {
    source: sources.of(span.resource, span.instrumentationScope),
    start: span.startTime,
    duration: seconds < 0 ? 0 : seconds * 1e9 + nanoseconds,
    traceId: context.traceId,
    spanId: context.spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? '',
    traceState: context.traceState?.serialize() ?? '',
    name: String(span.name),
    kind: KINDS[span.kind] ?? '',
    attributes: span.attributes,
    statusCode: STATUS_CODES[span.status.code] ?? '',
    statusMessage: span.status.message === undefined ? '' : String(span.status.message),
    events: span.events.length === 0 ? NO_EVENTS : span.events.map(eventRow),
    links: span.links.length === 0 ? NO_LINKS : span.links.map(linkRow),
  }
}

function eventRow(event: SdkSpan['events'][number]): SpanEventRow {
  return { time: event.time, name: String(event.name), attributes: event.attributes ?? NO_ATTRIBUTES }
}

function linkRow(link: SdkSpan['links'][number]): SpanLinkRow {
  return {
    traceId: link.context.traceId,
    spanId: link.context.spanId,
    traceState: link.context.traceState?.serialize() ?? '',
    attributes: link.attributes ?? NO_ATTRIBUTES,
  }
}
