import { type Source, SPAN_KINDS, type SpanRow, STATUS_CODES, type Time } from '@runspan/spool'

import { attributes, id, integer32, integer64, list, text, time } from '../otlp/fields.ts'
import type { OtlpRequest, OtlpSpan } from '../otlp/request.ts'
import { sourceOf } from './source.ts'

/** Returns the rows of all spans of a request. Throws `NOT_OTLP`. */
export function spanRows(request: OtlpRequest): SpanRow[] {
  return list(request.resourceSpans, 'resourceSpans').flatMap((group) =>
    list(group.scopeSpans, 'scopeSpans').flatMap(({ scope, spans, schemaUrl }) => {
      const source = sourceOf(group.resource, group.schemaUrl, scope, schemaUrl)
      return list(spans, 'spans').map((span) => spanRow(span, source))
    }),
  )
}

function spanRow(span: OtlpSpan, source: Source): SpanRow {
  return {
    source,
    start: startOf(span),
    duration: durationOf(span),
    traceId: id(span.traceId),
    spanId: id(span.spanId),
    parentSpanId: id(span.parentSpanId),
    traceState: text(span.traceState),
    name: text(span.name),
    kind: SPAN_KINDS[integer32(span.kind)] ?? '',
    attributes: attributes(span.attributes),
    statusCode: STATUS_CODES[integer32(span.status?.code)] ?? '',
    statusMessage: text(span.status?.message),
    events: list(span.events, 'events').map((event) => ({
      time: time(event.timeUnixNano),
      name: text(event.name),
      attributes: attributes(event.attributes),
    })),
    links: list(span.links, 'links').map((link) => ({
      traceId: id(link.traceId),
      spanId: id(link.spanId),
      traceState: text(link.traceState),
      attributes: attributes(link.attributes),
    })),
  }
}

/**
 * Returns the start of a span. One without a start would be stored in 1970 and stretch its trace to there, so its end, or the
 * current time, is used.
 */
function startOf(span: OtlpSpan): Time {
  const start = time(span.startTimeUnixNano)
  if (start[0] !== 0 || start[1] !== 0) return start
  const end = time(span.endTimeUnixNano)
  if (end[0] !== 0 || end[1] !== 0) return end
  const now = Date.now()
  return [Math.floor(now / 1000), (now % 1000) * 1e6]
}

/**
 * Returns the duration of a span: 0 if it ends before it starts because clocks disagree; in 64 bits it would take 584 years.
 */
function durationOf(span: OtlpSpan): bigint {
  const start = BigInt.asUintN(64, integer64(span.startTimeUnixNano))
  const end = BigInt.asUintN(64, integer64(span.endTimeUnixNano))
  return start === 0n || end < start ? 0n : end - start
}
