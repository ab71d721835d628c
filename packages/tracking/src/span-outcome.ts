import { type Span, type SpanStatus, SpanStatusCode } from '@opentelemetry/api'
import { attributes as names, type TaskError } from '@runspan/model'

const { ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_STACKTRACE, EXCEPTION_TYPE } = names

export const STATUS_OK: SpanStatus = { code: SpanStatusCode.OK }

/** Writes an error to a span: status, `error.type` and an `exception` event. */
export function recordError(span: Span, error: TaskError, atMilliseconds: number): void {
  span.setAttribute(ERROR_TYPE, error.type)
  const event = { [EXCEPTION_TYPE]: error.type, [EXCEPTION_MESSAGE]: error.message }
  span.addEvent(
    'exception',
    error.stack === null ? event : { ...event, [EXCEPTION_STACKTRACE]: error.stack },
    atMilliseconds,
  )
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
}
