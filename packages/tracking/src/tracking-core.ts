import { INVALID_SPAN_CONTEXT, type Span, type Tracer, trace } from '@opentelemetry/api'
import type { Logger } from '@opentelemetry/api-logs'

import type { EventHub } from './event-hub.ts'
import { countLoss } from './losses.ts'
import type { LeftOut } from './metric-groups.ts'
import type { RunMemory } from './run-memory.ts'

/** What the handles of one TaskManager share. */
export interface TrackingCore {
  readonly tracer: Tracer
  readonly logger: Logger
  /** Whether tasks are measured. */
  readonly measure: boolean
  /** What of the measurements is not wanted. */
  readonly leftOut: LeftOut | null
  readonly memory: RunMemory
  readonly events: EventHub
  /** Limits of measurements, by their name, above which an event tells. */
  readonly thresholds: ReadonlyMap<string, number>
}

/** A span that records nothing and belongs to no trace. */
export const NO_SPAN: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT)

/** Says that a span or log processor threw: the host's work goes on, the record may be missing. */
export function sdkThrew(error: unknown): void {
  countLoss('sdk-threw', 'the OpenTelemetry SDK threw; what it was given may be lost', error)
}

/** An id like a span's where no SDK makes one, so that readers in this process can tell tasks apart. */
export function localSpanId(): string {
  return Math.floor(Math.random() * 2 ** 48)
    .toString(16)
    .padStart(16, 'f')
}
