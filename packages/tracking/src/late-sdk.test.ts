import { context, trace } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, expect, test } from 'vitest'

import { TaskManager } from './index.ts'
import { carryContexts } from './telemetry.fixture.ts'

afterAll(() => {
  context.disable()
  trace.disable()
  logs.disable()
})

test('an SDK registered after the task manager was made and used is used from then on', async () => {
  const manager = new TaskManager()
  await manager.withRun('before', (run) => run.withTask('a', () => {}))
  const exporter = new InMemorySpanExporter()
  const logExporter = new InMemoryLogRecordExporter()
  carryContexts()
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logExporter })] }),
  )
  await manager.withRun('after', () => manager.withTask('b', () => {}))
  expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual(['b', 'after'])
  expect(logExporter.getFinishedLogRecords()).toHaveLength(1)
})
