import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'

import { TaskManager, type TaskManagerOptions } from './index.ts'

/** The real SDK, exporting into memory, and a TaskManager on it. */
export class Telemetry {
  readonly exporter: InMemorySpanExporter = new InMemorySpanExporter()
  readonly logExporter: InMemoryLogRecordExporter = new InMemoryLogRecordExporter()
  readonly tracerProvider: BasicTracerProvider
  readonly manager: TaskManager

  constructor(options: TaskManagerOptions & { sampler?: Sampler; processor?: SpanProcessor } = {}) {
    const { sampler, processor, ...rest } = options
    this.tracerProvider = new BasicTracerProvider({
      ...(sampler === undefined ? {} : { sampler }),
      spanProcessors: [processor ?? new SimpleSpanProcessor(this.exporter)],
    })
    const loggerProvider = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter: this.logExporter })],
    })
    this.manager = new TaskManager({ tracerProvider: this.tracerProvider, loggerProvider, ...rest })
  }

  get spans(): readonly ReadableSpan[] {
    return this.exporter.getFinishedSpans()
  }

  get logs(): readonly ReadableLogRecord[] {
    return this.logExporter.getFinishedLogRecords()
  }

  /** The one span of this name. */
  span(name: string): ReadableSpan {
    const found = this.spans.filter((span) => span.name === name)
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} spans are named ${name}`)
    return found[0]
  }
}

/** Carries contexts as an SDK does. */
export function carryContexts(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
}
