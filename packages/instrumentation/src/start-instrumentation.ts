import { context, metrics, propagation, trace, type TracerProvider } from '@opentelemetry/api'
import { type LoggerProvider as ApiLoggerProvider, logs } from '@opentelemetry/api-logs'
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base'
import {
  type Configuration,
  loadConfiguration,
  type TrackingConfig,
  type Values,
  invalidConfiguration,
  makeDataDirectory,
  openSpansDirectory,
  spoolDirectory,
  ConfigurationError,
  failureReason,
} from '@runspan/configuration'
import { type OptionKinds, readOptions } from '@runspan/model'
import { closeAbandoned, OpenSpanJournal, Spool, SpoolLogRecordProcessor, SpoolSpanProcessor } from '@runspan/spool'
import { v7 as uuidv7 } from 'uuid'

import { noticeChildProcesses } from './child-processes.ts'
import { printDiagnostics } from './diagnostics.ts'
import { spoolMetricExporter, startHostMetrics } from './host-metrics.ts'
import { JoinedTracerProvider } from './joined-tracer-provider.ts'
import { countNetwork } from './network-counter.ts'
import { exportersFrom } from './otlp-out/exporters.ts'
import type { OtlpBackend } from './otlp-out/otlp-transport.ts'
import { startOtlpOut } from './otlp-out/start-otlp-out.ts'
import { onProcessEnd, type ProcessEnding } from './process-end.ts'
import { recordProcessAsRun, RunWatch } from './process-run.ts'
import { hasRegisteredSdk } from './registered-sdk.ts'
import { processResource } from './resource.ts'
import { contextAsyncHooks, core, sdkLogs, sdkTrace } from './sdk-libraries.ts'
import { startSending } from './sending.ts'

export interface InstrumentationOptions {
  /** The configuration, where it was resolved already; the options below that name settings were then part of it. Default: resolved here. */
  readonly configuration?: Configuration | undefined
  /** Configuration in code; the options here stand above it. */
  readonly config?: TrackingConfig | undefined
  /** Where data goes; found as `dataDirectory` says by default. */
  readonly dataDir?: string | undefined
  /** A ClickHouse of yours that this process sends to while it runs. Default: as configured; without one, `runspan up` or the next reader takes in what is on disk. */
  readonly clickhouse?: string | undefined
  /** Whether to sample the process's CPU and memory. Default: as configured, else true. */
  readonly hostMetrics?: boolean | undefined
  /** Seconds between samples. Default: as configured, else 1. */
  readonly metricsIntervalSeconds?: number | undefined
  /** OTLP backends where all signals go, too, by way of the disk; besides the one that `OTEL_EXPORTER_OTLP_ENDPOINT` names. */
  readonly otlp?: readonly OtlpBackend[] | undefined
  /** Where spans go besides the spool: exporters to other backends, for example. */
  readonly spanProcessors?: readonly SpanProcessor[] | undefined
}

/** Instrumentation that is switched on in this process. */
export interface Instrumentation {
  /** What holds, and where it came from. */
  readonly configuration: Configuration
  readonly dataDir: string
  readonly spool: Spool
  /** True when the application had an SDK of its own: then only spans made through `tracerProvider` reach the spool. */
  readonly joined: boolean
  readonly tracerProvider: TracerProvider
  readonly loggerProvider: ApiLoggerProvider
  /** Takes one more sample, flushes and closes, within 6 s. What ends later is counted as lost; what could not be sent by then waits on disk. */
  shutdown(): Promise<void>
}

/** A new option is an entry here. */
const OPTIONS: OptionKinds<InstrumentationOptions> = {
  configuration: 'object',
  config: 'object',
  dataDir: 'text',
  clickhouse: 'text',
  hostMetrics: 'flag',
  metricsIntervalSeconds: 'number',
  otlp: 'list',
  spanProcessors: 'list',
}

const BACKEND: OptionKinds<OtlpBackend> = { endpoint: 'text', headers: 'object' }
const refuse = (message: string): ConfigurationError => invalidConfiguration([message])

/** Checks the names and kinds of what each OTLP backend is given. Throws `INVALID_CONFIGURATION`. */
export function checkBackends(backends: readonly OtlpBackend[] | undefined): void {
  for (const backend of backends ?? []) readOptions(backend, BACKEND, { of: 'otlp', refuse })
}

interface Running {
  readonly instrumentation: Instrumentation
  /** How many have started it and not shut it down. */
  users: number
}

const KEY = Symbol.for('runspan.instrumentation')
type Registry = { [KEY]?: Map<string, Running> }

/**
 * Switches tracing, log records and host metrics on, into a spool in the data directory. Who starts it again for the same directory shares it
 * until the last one shuts it down. Registers an OpenTelemetry SDK where there is none, and joins the application's where there is one; a
 * second data directory gets what its own providers are given, and registers nothing.
 * Whether tracking is enabled is asked by who calls: the register entry and the facade's TaskManager do not call it otherwise.
 * Throws `DIRECTORY_NOT_WRITABLE`, `INVALID_CONFIGURATION`.
 */
export function startInstrumentation(options: InstrumentationOptions = {}): Instrumentation {
  readOptions(options, OPTIONS, { of: 'startInstrumentation', refuse })
  checkBackends(options.otlp)
  const running = ((globalThis as Registry)[KEY] ??= new Map<string, Running>())
  const isFirst = running.size === 0
  const configuration = options.configuration ?? configure(options)
  const first = running.values().next().value?.instrumentation.dataDir
  const isTold = configuration.sources.dataDir.layer === 'code'
  const dataDir = isTold ? configuration.values.dataDir : (first ?? configuration.values.dataDir)
  let mine = running.get(dataDir)
  if (mine === undefined) {
    mine = { instrumentation: begin(dataDir, isFirst, configuration, options.spanProcessors, options.otlp), users: 0 }
    running.set(dataDir, mine)
  }
  return use(mine, running)
}

function use(mine: Running, running: Map<string, Running>): Instrumentation {
  const { instrumentation } = mine
  mine.users++
  let ended = false
  return {
    ...instrumentation,
    async shutdown() {
      if (ended) return
      ended = true
      instrumentation.spool.rotate()
      if (--mine.users > 0) return
      running.delete(instrumentation.dataDir)
      await instrumentation.shutdown()
    },
  }
}

function begin(
  dataDir: string,
  isFirst: boolean,
  configuration: Configuration,
  more: readonly SpanProcessor[] = [],
  backends: readonly OtlpBackend[] = [],
): Instrumentation {
  const { collectMetrics, metricsInclude, clickhouse } = configuration.values
  const joined = isFirst && hasRegisteredSdk()
  const registers = isFirst && !joined
  if (registers) printDiagnostics()
  const spool = openSpool(dataDir)
  if (collectMetrics && metricsInclude.includes('network_io')) countNetwork()
  if (collectMetrics && metricsInclude.includes('cpu')) noticeChildProcesses()
  const resource = processResource()
  closeAbandoned(openSpansDirectory(dataDir), spool)
  const journal = new OpenSpanJournal(openSpansDirectory(dataDir))
  const exporters = exportersFrom(process.env)
  const { traces: tracesTo, logs: logsTo, metrics: metricsTo } = exporters
  const outs = startOtlpOut(dataDir, exporters, backends)
  const spanProcessors: SpanProcessor[] = [
    ...(tracesTo.clickhouse ? [new SpoolSpanProcessor(spool)] : []),
    journal as unknown as SpanProcessor,
    ...outs.filter(({ to }) => to.traces).map(({ out }) => out.spanProcessor),
    ...more,
  ]
  const watch = new RunWatch()
  const loggerProvider = new (sdkLogs().LoggerProvider)({
    resource,
    processors: [
      ...(logsTo.clickhouse ? [new SpoolLogRecordProcessor(spool)] : []),
      ...outs.filter(({ to }) => to.logs).map(({ out }) => out.logProcessor),
    ],
  })

  let recordProcess: ((ending: ProcessEnding) => void) | null = null
  let tracerProvider: TracerProvider
  if (joined) {
    tracerProvider = new JoinedTracerProvider(trace.getTracerProvider(), spanProcessors)
  } else {
    tracerProvider = new (sdkTrace().BasicTracerProvider)({ resource, spanProcessors: [watch, ...spanProcessors] })
    recordProcess = recordProcessAsRun(tracerProvider, watch, uuidv7)
  }
  if (registers) {
    trace.setGlobalTracerProvider(tracerProvider)
    const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = core()
    context.setGlobalContextManager(new (contextAsyncHooks().AsyncLocalStorageContextManager)().enable())
    propagation.setGlobalPropagator(
      new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
    )
    logs.setGlobalLoggerProvider(loggerProvider)
  }

  const metricExporters = [
    ...(metricsTo.clickhouse ? [spoolMetricExporter(spool)] : []),
    ...outs.filter(({ to }) => to.metrics).map(({ out }) => out.metricExporter),
  ]
  const hostMetrics = startHostMetrics(metricExporters, resource, configuration.values)
  if (registers && hostMetrics !== undefined) metrics.setGlobalMeterProvider(hostMetrics.meterProvider)

  const sending = clickhouse === null ? undefined : startSending(clickhouse, spool)

  const stopWatching = onProcessEnd((endRuns, ending) =>
    spool.flushAfter(() => {
      recordProcess?.(ending)
      endRuns(ending)
      for (const { out } of outs) out.write()
    }),
  )

  return {
    configuration,
    dataDir,
    spool,
    joined,
    tracerProvider,
    loggerProvider,
    async shutdown() {
      stopWatching()
      journal.close()
      await hostMetrics?.shutdown()
      if (registers) {
        trace.disable()
        logs.disable()
        metrics.disable()
        context.disable()
        propagation.disable()
      }
      spool.close()
      await Promise.all([sending?.stop(), ...outs.map(({ out }) => out.stop())])
    },
  }
}

function openSpool(dataDir: string): Spool {
  makeDataDirectory(dataDir)
  try {
    return new Spool({ directory: spoolDirectory(dataDir) })
  } catch (error) {
    throw new ConfigurationError(
      'DIRECTORY_NOT_WRITABLE',
      `The data directory ${dataDir} cannot be written: ${failureReason(error)}. Name another by --data or RUNSPAN_DATA.`,
      error,
    )
  }
}

function configure(options: InstrumentationOptions): Configuration {
  const { dataDir, clickhouse, hostMetrics, metricsIntervalSeconds } = options
  const given: { -readonly [Name in keyof Values]?: Values[Name] } = { ...options.config?.given }
  if (dataDir !== undefined) given.dataDir = dataDir
  if (clickhouse !== undefined) given.clickhouse = clickhouse
  if (hostMetrics !== undefined) given.collectMetrics = hostMetrics
  if (metricsIntervalSeconds !== undefined) given.metricsIntervalSeconds = metricsIntervalSeconds
  return loadConfiguration({ given })
}
