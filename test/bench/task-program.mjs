import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'

import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { OpenSpanJournal, Spool, SpoolLogRecordProcessor, SpoolSpanProcessor } from '@runspan/spool'
import { TaskManager } from '@runspan/tracking'

import { newRun, RESOURCE, taskName, TASKS_A_RUN } from './spans.mjs'

/*
 * An application of many small asynchronous tasks, tracked in one of five ways. Sends the CPU microseconds of the whole
 * process for each task to its parent, from after a warm-up until all is exported (or on disk).
 */
const { subject, runs, directory, port } = JSON.parse(process.argv[2])
const WARM_UP_RUNS = 500
/** Maximum spans that wait for their export: a batch processor drops those beyond 2,048. */
const MOST_WAITING = 1024
/** Runs between two pauses. */
const RUNS_A_TURN = 4

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
const resource = resourceFromAttributes(RESOURCE)
let exported = 0
let begun = 0
const waiting = subject === 'otel' ? () => begun - exported : () => 0

async function work(run, index) {
  await Promise.resolve()
  return run.serial + index
}

const subjects = {
  none: () => ({
    run: async (run) => {
      for (let i = 0; i < TASKS_A_RUN; i++) await work(run, i)
    },
    finish: async () => {},
  }),
  otel: () => {
    const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` })
    const counting = {
      export(spans, done) {
        exported += spans.length
        exporter.export(spans, done)
      },
      shutdown: () => exporter.shutdown(),
      forceFlush: () => exporter.forceFlush(),
    }
    const provider = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(counting)] })
    const tracer = provider.getTracer('application', '1.0.0')
    return {
      run: (run) =>
        tracer.startActiveSpan(
          run.workflow,
          { root: true, attributes: { 'workflow.name': run.workflow, 'workflow.run.id': run.runId } },
          async (root) => {
            for (let i = 0; i < TASKS_A_RUN; i++) {
              const node = taskName(run, i)
              const attributes = {
                'workflow.name': run.workflow,
                'workflow.run.id': run.runId,
                'workflow.task.id': node,
                'workflow.task.attempt': 1,
                'workflow.task.status': 'completed',
              }
              await tracer.startActiveSpan(node, { attributes }, async (span) => {
                await work(run, i)
                span.setStatus({ code: SpanStatusCode.OK })
                span.end()
              })
            }
            root.setStatus({ code: SpanStatusCode.OK })
            root.end()
          },
        ),
      finish: () => provider.shutdown(),
    }
  },
  tracked: () => tracked(false),
  measured: () => tracked(true),
  everything: () => tracked(true, true),
}

/** With `live`, a handler listens to all events, and open spans are recorded, as in the facade. */
function tracked(collectMetrics, live = false) {
  const spool = new Spool({ directory })
  const journal = new OpenSpanJournal(`${directory}/open`)
  const spanProcessors = [new SpoolSpanProcessor(spool), ...(live ? [journal] : [])]
  const tracerProvider = new BasicTracerProvider({ resource, spanProcessors })
  const loggerProvider = new LoggerProvider({ resource, processors: [new SpoolLogRecordProcessor(spool)] })
  // with a reader, like the facade; nothing is read here
  const reader = { getRun: never, getTasks: never, getTask: never, listRuns: never }
  const manager = new TaskManager({ collectMetrics, tracerProvider, loggerProvider, reader })
  let heard = 0
  if (live) manager.addHandler({ handle: () => void heard++ })
  return {
    run: (run) =>
      manager.withRun(run.workflow, async (handle) => {
        for (let i = 0; i < TASKS_A_RUN; i++) await handle.withTask(taskName(run, i), () => work(run, i))
      }),
    finish: async () => spool.close(),
  }
}

const { run, finish } = subjects[subject]()

async function turns(count) {
  for (let i = 0; i < count; i++) {
    await context.with(ROOT_CONTEXT, () => run(newRun()))
    begun += TASKS_A_RUN + 1
    if (i % RUNS_A_TURN === 0) await delay(1)
    while (waiting() > MOST_WAITING) await delay(1)
  }
}

await turns(WARM_UP_RUNS)
const histogram = monitorEventLoopDelay({ resolution: 1 })
histogram.enable()
const before = process.cpuUsage()
await turns(runs)
histogram.disable()
await finish()
const { user, system } = process.cpuUsage(before)
trace.disable()
const expected = (runs + WARM_UP_RUNS) * (TASKS_A_RUN + 1)
if (subject === 'otel' && exported !== expected)
  throw new Error(`${exported} spans exported, ${expected} ended: the batch processor dropped some`)
process.send(
  { microseconds: (user + system) / (runs * TASKS_A_RUN), p99Milliseconds: histogram.percentile(99) / 1e6 },
  () => process.exit(0),
)

function never() {
  throw new Error('nothing is read in this benchmark')
}
