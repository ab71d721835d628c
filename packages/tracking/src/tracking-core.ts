import { INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api'

import { countLoss } from './losses.ts'

/** A span that records nothing and belongs to no trace. */
export const NO_SPAN: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT)

/** Logs that a span or log processor threw. The host's work goes on; the record may be missing. */
export function sdkThrew(error: unknown): void {
  countLoss('sdk-threw', 'the OpenTelemetry SDK threw; what it was given may be lost', error)
}

/** Returns a local id like a span's, without an SDK, so that readers in this process can distinguish tasks. */
export function localSpanId(): string {
  return Math.floor(Math.random() * 2 ** 48)
    .toString(16)
    .padStart(16, 'f')
}
