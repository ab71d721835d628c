import type { HrTime } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'

const MICROSECOND_NS = 1000
const SECOND_NS = 1_000_000_000

/**
 * Returns the span with a duration of at least 1 µs, for other viewers: Jaeger warns that a duration of 0, such as a skipped
 * task's, is negative. ClickHouse keeps the original.
 */
export function withLength(span: ReadableSpan): ReadableSpan {
  const [startSeconds, startNanoseconds] = span.startTime
  const [endSeconds, endNanoseconds] = span.endTime
  if (startSeconds !== endSeconds || startNanoseconds !== endNanoseconds) return span
  const nanoseconds = startNanoseconds + MICROSECOND_NS
  const endTime: HrTime =
    nanoseconds < SECOND_NS ? [startSeconds, nanoseconds] : [startSeconds + 1, nanoseconds - SECOND_NS]
  return Object.create(span, {
    endTime: { value: endTime, enumerable: true },
    duration: { value: [0, MICROSECOND_NS] satisfies HrTime, enumerable: true },
  }) as ReadableSpan
}
