import { parentPort, workerData } from 'node:worker_threads'

import type { RunCarrier } from './index.ts'
import { carryContexts, Telemetry } from './telemetry.fixture.ts'

/** What a worker thread does with the run it was given; says which spans came of it. */
async function work(): Promise<void> {
  carryContexts()
  const telemetry = new Telemetry()
  await telemetry.manager.continueRun(workerData as RunCarrier).withTask('in the worker', () => {})
  const spans = telemetry.spans.map((span) => ({
    name: span.name,
    traceId: span.spanContext().traceId,
    parentSpanId: span.parentSpanContext?.spanId,
    runId: span.attributes['workflow.run.id'],
    memoryBytes: span.attributes['process.memory.usage'],
  }))
  parentPort?.postMessage(spans, [])
}

void work()
