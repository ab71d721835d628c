import type { HrTime } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'

const MICROSECOND_NS = 1000
const SECOND_NS = 1_000_000_000

/**
 * Returns the span as other viewers want it: Jaeger warns that the duration of a span without any, such as that of a skipped task, is negative. It gets
 * 1 µs there; ClickHouse keeps what was.
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
