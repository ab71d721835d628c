import { type SpanContext, TraceFlags, createTraceState, isSpanContextValid } from '@opentelemetry/api'

import { cleanName } from './clean-text.ts'
import { countLoss } from './losses.ts'
import { TrackingError } from './tracking-error.ts'

/** A run as plain JSON, to pass to another thread or process. */
export interface RunCarrier {
  readonly runId: string
  readonly workflow: string
  /** W3C trace context; absent without a trace. */
  readonly traceparent?: string
  readonly tracestate?: string
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/

/** Returns the carrier of a run and its span. */
export function toCarrier(runId: string, workflow: string, span: SpanContext): RunCarrier {
  if (!isSpanContextValid(span)) return { runId, workflow }
  const flags = (span.traceFlags & 0xff).toString(16).padStart(2, '0')
  const carrier = { runId, workflow, traceparent: `00-${span.traceId}-${span.spanId}-${flags}` }
  const tracestate = span.traceState?.serialize()
  return tracestate ? { ...carrier, tracestate } : carrier
}

/** Returns the run and span of a carrier. Throws `TrackingError` `INVALID_CARRIER` if it names no run. */
export function fromCarrier(carrier: RunCarrier): { runId: string; workflow: string; span: SpanContext | null } {
  const given: Partial<Record<keyof RunCarrier, unknown>> = Object(carrier)
  try {
    const runId = cleanName(given.runId, 'run id')
    const workflow = cleanName(given.workflow, 'workflow name')
    return { runId, workflow, span: parse(given.traceparent, given.tracestate) }
  } catch (cause) {
    throw new TrackingError('INVALID_CARRIER', 'This is not a carrier: pass what `run.carrier()` returned.', { cause })
  }
}

function parse(traceparent: unknown, tracestate: unknown): SpanContext | null {
  if (traceparent === undefined) return null
  const parts = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null
  const span: SpanContext = {
    traceId: parts?.[1] ?? '',
    spanId: parts?.[2] ?? '',
    traceFlags: Number.parseInt(parts?.[3] ?? '0', 16) & TraceFlags.SAMPLED,
    isRemote: true,
  }
  if (!isSpanContextValid(span)) {
    countLoss(
      'carrier-without-trace',
      'a run was continued whose traceparent is malformed: its tasks are in other traces',
    )
    return null
  }
  if (typeof tracestate === 'string' && tracestate !== '') span.traceState = createTraceState(tracestate)
  return span
}
