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
  /**
   * A configuration that is already resolved, including the options below that name settings. Default: resolved here.
   */
  readonly configuration?: Configuration | undefined
  /** Configuration in code; the options here override it. */
  readonly config?: TrackingConfig | undefined
  /** Data directory. Default: as `dataDirectory` finds it. */
  readonly dataDir?: string | undefined
  /**
   * URL of your ClickHouse that this process sends to while it runs. Default: as configured. Without one, `runspan up` or the
   * next reader imports the data on disk.
   */
  readonly clickhouse?: string | undefined
  /** Whether to sample the process's CPU and memory. Default: as configured, or true. */
  readonly hostMetrics?: boolean | undefined
  /** Seconds between samples. Default: as configured, or 1. */
  readonly metricsIntervalSeconds?: number | undefined
  /**
   * Additional OTLP backends that receive all signals, by way of the disk, besides the one in `OTEL_EXPORTER_OTLP_ENDPOINT`.
   */
  readonly otlp?: readonly OtlpBackend[] | undefined
  /** Additional span processors besides the spool, for example exporters to other backends. */
  readonly spanProcessors?: readonly SpanProcessor[] | undefined
}

/** Instrumentation that is enabled in this process. */
export interface Instrumentation {
  /** The effective configuration, with the source of every value. */
  readonly configuration: Configuration
  readonly dataDir: string
  readonly spool: Spool
  /** True if the application had its own SDK: then only spans made through `tracerProvider` reach the spool. */
  readonly joined: boolean
  readonly tracerProvider: TracerProvider
  readonly loggerProvider: ApiLoggerProvider
  /**
   * Takes a last sample, flushes and closes, within 6 s. Spans that end later count as lost; data that could not be sent
   * waits on disk.
   */
  shutdown(): Promise<void>
}

/** Option kinds. Add a new option here. */
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

/** Checks names and kinds of the options of each OTLP backend. Throws `INVALID_CONFIGURATION`. */
export function checkBackends(backends: readonly OtlpBackend[] | undefined): void {
  for (const backend of backends ?? []) readOptions(backend, BACKEND, { of: 'otlp', refuse })
}

interface Running {
  readonly instrumentation: Instrumentation
  /** Number of callers that started it and have not shut it down. */
  users: number
}

const KEY = Symbol.for('runspan.instrumentation')
type Registry = { [KEY]?: Map<string, Running> }

/**
 * Enables tracing, log records and host metrics, with a spool in the data directory. A second caller for the same directory
 * shares it until the last caller shuts it down. Registers an OpenTelemetry SDK if there is none, and joins the application's
 * SDK if there is one. A second data directory gets only the data of its own providers, and registers nothing. The caller
 * checks whether tracking is enabled: the register entry and the facade's TaskManager call this only if it is.
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
