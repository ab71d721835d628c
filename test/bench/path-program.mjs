import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'

import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { Spool, SpoolSpanProcessor } from '@runspan/spool'

import { duration, newRun, RESOURCE, runAttributes, taskAttributes, taskName, TASKS_A_RUN } from './spans.mjs'

/*
 * An application that ends spans as fast as its exporter accepts them without loss. Sends its own CPU seconds to its parent,
 * from the first span to the last one handed over, and its resident bytes at the end.
 */
const { subject, runs, directory, port } = JSON.parse(process.argv[2])
const SPANS_A_RUN = TASKS_A_RUN + 1
/** Maximum spans that wait for their export: a batch processor drops those beyond 2,048. */
const MOST_WAITING = 1500

let exported = 0
let givenUp = 0
let ended = 0
const waiting = subject === 'otlp' ? () => ended - exported - givenUp : () => 0
const processors = {
  none: () => ({ onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} }),
  spool: () => new SpoolSpanProcessor(new Spool({ directory, maxBytes: 4 * 2 ** 30 })),
  otlp: () => {
    const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` })
    return new BatchSpanProcessor({
      export(spans, done) {
        exporter.export(spans, (result) => {
          if (result.code === 0) exported += spans.length
          else givenUp += spans.length
          done(result)
        })
      },
      shutdown: () => exporter.shutdown(),
      forceFlush: () => exporter.forceFlush(),
    })
  },
}

const provider = new BasicTracerProvider({
  resource: resourceFromAttributes(RESOURCE),
  spanProcessors: [processors[subject]()],
})
const tracer = provider.getTracer('runspan', '0.1.0')
const before = process.cpuUsage()
for (let i = 0; i < runs; i++) {
  const run = newRun()
  const start = Date.now() - 20_000
  const root = tracer.startSpan(run.workflow, { root: true, startTime: start, attributes: runAttributes(run, false) })
  const within = trace.setSpan(ROOT_CONTEXT, root)
  let at = start
  for (let index = 0; index < TASKS_A_RUN; index++) {
    const span = tracer.startSpan(
      taskName(run, index),
      { startTime: at, attributes: taskAttributes(run, index, false) },
      within,
    )
    span.setStatus({ code: SpanStatusCode.OK })
    at += duration() * 1000
    span.end(at)
  }
  root.setStatus({ code: SpanStatusCode.OK })
  root.end(at)
  if (i % 10 === 9) await turn()
  ended += SPANS_A_RUN
  while (waiting() > MOST_WAITING) await delay(1)
}
await provider.shutdown()
const { user, system } = process.cpuUsage(before)
if (subject === 'otlp' && exported + givenUp !== runs * SPANS_A_RUN)
  throw new Error(`${exported} spans exported and ${givenUp} given up of ${runs * SPANS_A_RUN}`)
process.send({ cpuSeconds: (user + system) / 1e6, givenUp }, () => process.exit(0))
