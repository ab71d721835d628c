import {
  context,
  diag,
  DiagConsoleLogger,
  DiagLogLevel,
  metrics,
  propagation,
  trace,
  type TracerProvider,
} from '@opentelemetry/api'
import { type LoggerProvider as ApiLoggerProvider, logs } from '@opentelemetry/api-logs'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import { SpoolLogRecordProcessor, SpoolSpanProcessor, Spool } from '@runspan/clickhouse'
import { v7 as uuidv7 } from 'uuid'

import { dataDirectory, makeDataDirectory, spoolDirectory } from './data-directory.ts'
import { InstrumentationError } from './errors.ts'
import { startHostMetrics } from './host-metrics.ts'
import { JoinedTracerProvider } from './joined-tracer-provider.ts'
import { countNetwork } from './network-counter.ts'
import { recordProcessAsRun, RunWatch } from './process-run.ts'
import { hasRegisteredSdk } from './registered-sdk.ts'
import { processResource } from './resource.ts'
import { startSending } from './sending.ts'

export interface InstrumentationOptions {
  /** Where data goes; found as `dataDirectory` says by default. */
  readonly dataDir?: string | undefined
  /** A ClickHouse of yours that this process sends to while it runs. Default: `RUNSPAN_CLICKHOUSE_URL`; without one, `runspan up` or the next reader takes in what is on disk. */
  readonly clickhouse?: string | undefined
  /** Whether to sample the process's CPU and memory. Default: `RUNSPAN_COLLECT_METRICS`, else true. */
  readonly hostMetrics?: boolean | undefined
  /** Seconds between samples. Default: `RUNSPAN_METRICS_INTERVAL`, else 1. */
  readonly metricsIntervalSeconds?: number | undefined
  /** Where spans go besides the spool: exporters to other backends, for example. */
  readonly spanProcessors?: readonly SpanProcessor[] | undefined
}

/** Instrumentation that is switched on in this process. */
export interface Instrumentation {
  readonly dataDir: string
  readonly spool: Spool
  /** True when the application had an SDK of its own: then only spans made through `tracerProvider` reach the spool. */
  readonly joined: boolean
  readonly tracerProvider: TracerProvider
  readonly loggerProvider: ApiLoggerProvider
  /** Takes one more sample, flushes and closes, within 6 s. What ends later is counted as lost; what could not be sent by then waits on disk. */
  shutdown(): Promise<void>
}

const KEY = Symbol.for('runspan.instrumentation')
type Registry = { [KEY]?: Instrumentation }

/** The instrumentation of this process (or worker thread), if it was started. */
export function currentInstrumentation(): Instrumentation | undefined {
  return (globalThis as Registry)[KEY]
}

/**
 * Switches tracing, log records and host metrics on, into a spool in the data directory; a second call returns the first's.
 * Registers an OpenTelemetry SDK where there is none, and joins the application's where there is one.
 * Throws `DIRECTORY_NOT_WRITABLE`, `INVALID_CONFIGURATION`.
 */
export function startInstrumentation(options: InstrumentationOptions = {}): Instrumentation {
  const running = currentInstrumentation()
  if (running !== undefined) return running
  const dataDir = dataDirectory(options.dataDir).path
  const spool = openSpool(dataDir)
  if (process.env['OTEL_LOG_LEVEL'] !== undefined)
    diag.setLogger(new DiagConsoleLogger(), diagLevel(process.env['OTEL_LOG_LEVEL']))
  countNetwork()
  const resource = processResource()
  const joined = hasRegisteredSdk()
  const spanProcessors: SpanProcessor[] = [new SpoolSpanProcessor(spool), ...(options.spanProcessors ?? [])]
  const watch = new RunWatch()
  const loggerProvider = new LoggerProvider({ resource, processors: [new SpoolLogRecordProcessor(spool)] })

  let tracerProvider: TracerProvider
  if (joined) {
    tracerProvider = new JoinedTracerProvider(trace.getTracerProvider(), spanProcessors)
  } else {
    tracerProvider = new BasicTracerProvider({ resource, spanProcessors: [watch, ...spanProcessors] })
    recordProcessAsRun(tracerProvider, watch, uuidv7)
    trace.setGlobalTracerProvider(tracerProvider)
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    propagation.setGlobalPropagator(
      new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
    )
    logs.setGlobalLoggerProvider(loggerProvider)
  }

  const hostMetrics = wantsHostMetrics(options)
    ? startHostMetrics(spool, resource, metricsInterval(options))
    : undefined
  if (!joined && hostMetrics !== undefined) metrics.setGlobalMeterProvider(hostMetrics.meterProvider)

  const url = options.clickhouse ?? (process.env['RUNSPAN_CLICKHOUSE_URL'] || undefined)
  const sending = url === undefined ? undefined : startSending(url, spool)

  const instrumentation: Instrumentation = {
    dataDir,
    spool,
    joined,
    tracerProvider,
    loggerProvider,
    async shutdown() {
      if (currentInstrumentation() !== instrumentation) return
      delete (globalThis as Registry)[KEY]
      await hostMetrics?.shutdown()
      if (!joined) {
        trace.disable()
        logs.disable()
        metrics.disable()
        context.disable()
        propagation.disable()
      }
      spool.close()
      await sending?.stop()
    },
  }
  ;(globalThis as Registry)[KEY] = instrumentation
  return instrumentation
}

function openSpool(dataDir: string): Spool {
  makeDataDirectory(dataDir)
  try {
    return new Spool({ directory: spoolDirectory(dataDir) })
  } catch (error) {
    throw new InstrumentationError(
      'DIRECTORY_NOT_WRITABLE',
      `The data directory ${dataDir} cannot be written: ${String(error)}. Name another by --data or RUNSPAN_DATA.`,
      error,
    )
  }
}

function wantsHostMetrics({ hostMetrics }: InstrumentationOptions): boolean {
  return hostMetrics ?? !['false', '0', 'no'].includes((process.env['RUNSPAN_COLLECT_METRICS'] ?? 'true').toLowerCase())
}

function metricsInterval({ metricsIntervalSeconds }: InstrumentationOptions): number {
  const given = metricsIntervalSeconds ?? process.env['RUNSPAN_METRICS_INTERVAL']
  if (given === undefined || given === '') return 1
  const seconds = Number(given)
  if (!(seconds >= 0.1 && seconds <= 86_400)) {
    throw new InstrumentationError(
      'INVALID_CONFIGURATION',
      `RUNSPAN_METRICS_INTERVAL must be 0.1 to 86400 seconds, not "${given}".`,
    )
  }
  return seconds
}

function diagLevel(name: string): DiagLogLevel {
  const level = DiagLogLevel[name.toUpperCase() as keyof typeof DiagLogLevel]
  return level ?? DiagLogLevel.INFO
}
