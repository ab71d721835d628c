import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { SpanEncoder } from '@runspan/spool'

import { alternate, median, QUICK, ROUNDS, row } from './measure.mjs'
import { duration, newRun, RESOURCE, STACK, runAttributes, taskAttributes, taskName, TASKS_A_RUN } from './spans.mjs'

const SPANS = 512 * (QUICK ? 40 : 80)
/** Size of the SDK's batch, and of a turn of the loop: all three encode as many at a time. */
const BATCH = 512

/** Returns finished spans of the real SDK. */
export function finishedSpans(count) {
  const spans = []
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(RESOURCE),
    spanProcessors: [
      { onStart() {}, onEnd: (span) => spans.push(span), forceFlush: async () => {}, shutdown: async () => {} },
    ],
  })
  const tracer = provider.getTracer('runspan', '0.1.0')
  for (;;) {
    const run = newRun()
    const failed = run.serial % 23 === 0
    const start = Date.now() - 1000
    const root = tracer.startSpan(run.workflow, {
      root: true,
      startTime: start,
      attributes: runAttributes(run, failed),
    })
    const parent = trace.setSpan(ROOT_CONTEXT, root)
    for (let i = 0; i < TASKS_A_RUN; i++) {
      if (spans.length === count) return spans
      const lost = failed && i === TASKS_A_RUN - 1
      const span = tracer.startSpan(
        taskName(run, i),
        { startTime: start, attributes: taskAttributes(run, i, lost) },
        parent,
      )
      if (lost) {
        span.setStatus({
          code: SpanStatusCode.ERROR,
          message: `connection to 10.0.${i}.7 refused after ${run.serial} ms`,
        })
        span.addEvent('exception', {
          'exception.type': 'ConnectionError',
          'exception.message': 'refused',
          'exception.stacktrace': STACK,
        })
      } else span.setStatus({ code: SpanStatusCode.OK })
      span.end(start + duration() * 1000)
    }
    root.end()
  }
}

export async function bench() {
  const encoder = new SpanEncoder()
  const bytes = {}
  const subject = (name, encode) => () => {
    let total = 0
    let microseconds = 0
    for (let done = 0; done < SPANS; done += BATCH) {
      const spans = finishedSpans(BATCH)
      const before = process.cpuUsage()
      total += encode(spans)
      const { user, system } = process.cpuUsage(before)
      microseconds += user + system
    }
    bytes[name] = total / SPANS
    return microseconds / SPANS
  }
  const native = 'Native block'
  const protobuf = 'OTLP protobuf serializer of the SDK'
  const json = 'OTLP JSON serializer of the SDK'
  const times = await alternate(
    {
      [native]: subject(native, (spans) => {
        for (const span of spans) encoder.add(span)
        return encoder.finish().length
      }),
      [protobuf]: subject(protobuf, (spans) => ProtobufTraceSerializer.serializeRequest(spans).length),
      [json]: subject(json, (spans) => JsonTraceSerializer.serializeRequest(spans).length),
    },
    { rounds: ROUNDS * 2, warmUp: 2 },
  )
  return {
    rows: [
      ...Object.entries(times).map(([name, values]) => row(name, 'CPU µs/span', values)),
      ...Object.entries(bytes).map(([name, value]) => row(name, 'bytes/span', [value])),
    ],
    ratios: {
      nativeVsOtlpProtobuf: median(times[protobuf]) / median(times[native]),
      nativeVsOtlpJson: median(times[json]) / median(times[native]),
    },
  }
}
