import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { attributes } from '@runspan/model'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { TaskManager } from './index.ts'

const spans = new InMemorySpanExporter()
const records = new InMemoryLogRecordExporter()
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] })
const manager = new TaskManager({ tracerProvider, loggerProvider })

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => {
  context.disable()
})
beforeEach(() => {
  spans.reset()
  records.reset()
})

function span(name: string): ReadableSpan {
  const found = spans.getFinishedSpans().filter((one) => one.name === name)
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} spans named ${name}`)
  return found[0]
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

test('a run is a root span, its tasks are children with their names, attempts and statuses', async () => {
  const result = await manager.withRun(
    'nightly',
    { runId: 'run-1', tags: ['eu', 'eu'], trigger: 'schedule', metadata: { date: '2026-11-24' } },
    async (run) => {
      await run.withTask('extract', () => pause(2))
      return run.withTask('load', { attempt: 2, dependencies: ['extract'], queueSeconds: 0.5 }, () => 42)
    },
  )
  expect(result).toBe(42)
  const run = span('nightly')
  expect(run.parentSpanContext).toBeUndefined()
  expect(run.kind).toBe(SpanKind.INTERNAL)
  expect(run.status).toEqual({ code: SpanStatusCode.OK })
  expect(run.instrumentationScope).toMatchObject({ name: 'runspan', version: '0.1.0' })
  expect(run.attributes).toEqual({
    'workflow.name': 'nightly',
    'workflow.run.id': 'run-1',
    'workflow.run.status': 'completed',
    'workflow.run.tags': ['eu'],
    'workflow.run.trigger': 'schedule',
    'workflow.run.metadata': '{"date":"2026-11-24"}',
  })
  const load = span('load')
  expect(load.parentSpanContext?.spanId).toBe(run.spanContext().spanId)
  expect(load.spanContext().traceId).toBe(run.spanContext().traceId)
  expect(load.status).toEqual({ code: SpanStatusCode.OK })
  expect(load.attributes).toMatchObject({
    'workflow.name': 'nightly',
    'workflow.run.id': 'run-1',
    [attributes.WORKFLOW_TASK_ID]: 'load',
    'workflow.task.attempt': 2,
    'workflow.task.status': 'completed',
    'workflow.task.queue_time': 0.5,
    'workflow.task.dependencies': ['extract'],
    'workflow.task.concurrency': 1,
  })
  expect(span('extract').attributes).not.toHaveProperty('workflow.task.dependencies')
  expect(trace.getSpan(context.active())).toBeUndefined()
})
