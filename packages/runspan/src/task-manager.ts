import { type ClickHouse } from '@runspan/clickhouse'
import {
  checkGiven,
  type Configuration,
  loadConfiguration,
  printOnce,
  printTrackingIsOff,
  type TrackingConfig,
} from '@runspan/configuration'
import {
  checkBackends,
  type Instrumentation,
  type InstrumentationOptions,
  noTelemetry,
  startInstrumentation,
} from '@runspan/instrumentation'
import { type OptionKinds, readOptions } from '@runspan/model'
import { log, textOf } from '@runspan/spool'
import { type EventHandler, TaskManager as Tracking, TrackingError } from '@runspan/tracking'
import { type DataOptions, openData, type OpenData } from '@runspan/workspace'

import { ClickHouseReader } from './clickhouse-reader.ts'

/** What a TaskManager is made with; with nothing given it just works. */
export interface TaskManagerOptions {
  /** Configuration in code, above environment and file; the options below stand above it. */
  readonly config?: TrackingConfig | undefined
  /** Data directory. Default: as configured, else the nearest `.runspan`, else one beside `package.json`. */
  readonly dataDir?: string | undefined
  /** A ClickHouse of yours instead of the embedded one. Default: as configured. */
  readonly clickhouse?: string | undefined
  /** Whether tasks and the process are measured. Default: as configured, else true. */
  readonly collectMetrics?: boolean | undefined
  /** Limits of measurements above which a task makes a `metric.threshold` event: `{ memoryPeakBytes: 1e9, duration: 60 }`. */
  readonly thresholds?: Readonly<Record<string, number>> | undefined
  /** OTLP backends where all signals go as well, by way of the disk: `[{ endpoint: 'https://collector:4318', headers }]`. */
  readonly otlp?: InstrumentationOptions['otlp']
  /** Where spans go besides ClickHouse: exporters to other backends, for example. */
  readonly spanProcessors?: InstrumentationOptions['spanProcessors']
}

/** A new option is an entry here. */
const OPTIONS: OptionKinds<TaskManagerOptions> = {
  config: 'any',
  dataDir: 'text',
  clickhouse: 'text',
  collectMetrics: 'flag',
  thresholds: 'object',
  otlp: 'list',
  spanProcessors: 'list',
}
/** What the Python original has, and this version does not. */
const NOTES = {
  storage:
    'storage is not an option yet: this version stores in ClickHouse only. Give dataDir for where the data lies, or clickhouse for a server of yours.',
}

/**
 * Tracks runs and tasks, and reads them back. Starts Runspan's OpenTelemetry SDK where the application has none; what is recorded goes to disk first and
 * is read from ClickHouse, whose embedded server is started by the first call that reads. `await close()` ends what it started.
 */
export class TaskManager extends Tracking {
  /** Null where tracking is not enabled, or cannot be switched on. */
  readonly #instrumentation: Instrumentation | null
  readonly #where: DataOptions
  readonly #opened: { data: Promise<OpenData> | undefined }

  /**
   * Throws `TrackingError` `INVALID_OPTIONS` and `ConfigurationError` `INVALID_CONFIGURATION` for options that cannot hold. Where the environment, a
   * file or the disk keeps it from recording, tracking is off, and standard error says so once.
   */
  constructor(given: TaskManagerOptions = {}) {
    const options = readOptions(given, OPTIONS, { of: 'TaskManager', notes: NOTES, refuse })
    if (options.config !== undefined && typeof options.config?.given !== 'object') {
      throw refuse('TaskManager: config must be a TrackingConfig: new TrackingConfig({ … }).')
    }
    checkGiven(givenIn(options))
    checkBackends(options.otlp)
    const { configuration, instrumentation } = begin(options)
    const values = configuration?.values
    const { tracerProvider, loggerProvider } = instrumentation ?? noTelemetry()
    const opened: { data: Promise<OpenData> | undefined } = { data: undefined }
    super({
      collectMetrics: values?.collectMetrics ?? false,
      metrics: values?.metricsInclude,
      attributeCpu: values?.perTaskCpu,
      thresholds: options.thresholds,
      tracerProvider,
      loggerProvider,
      reader: new ClickHouseReader((question) => this.ask(question)),
    })
    this.#instrumentation = instrumentation
    const data = instrumentation?.dataDir ?? values?.dataDir ?? options.dataDir
    this.#where = { data, configuration: configuration === null ? undefined : inDirectory(configuration, data) }
    this.#opened = opened
  }

  /** Tells a handler of events of this process's runs; one that keeps something on disk keeps it in the data directory. */
  override addHandler(handler: EventHandler & { attach?(place: { readonly dataDir: string }): void }): () => void {
    try {
      if (this.#where.data !== undefined) handler.attach?.({ dataDir: this.#where.data })
    } catch (error) {
      printOnce(`a handler is left out: ${error instanceof Error ? error.message : textOf(error)}`)
      return () => undefined
    }
    return super.addHandler(handler)
  }

  /**
   * Asks the database, with everything recorded so far in it, a question of your own. It may be asked again where the embedded server
   * has to be started anew, so it should only read. Throws `ClickHouseError`, `EmbeddedError`.
   */
  async ask<T>(question: (clickhouse: ClickHouse) => Promise<T>): Promise<T> {
    const first = this.#opened.data === undefined
    this.#opened.data ??= openData(this.#where).catch((error: unknown) => {
      this.#opened.data = undefined // the next call may find it well again
      throw error
    })
    const data = await this.#opened.data
    if (first) data.keepDelivering()
    this.#instrumentation?.spool.rotate()
    await data.deliver()
    return data.read(question)
  }

  /** Sends what was recorded and stops the server if this process started it; recording ends, too. What cannot be sent waits on disk. Never throws. */
  override async close(): Promise<void> {
    await super.close()
    const data = await this.#opened.data?.catch(() => undefined) // who asked has been told
    try {
      await this.#instrumentation?.shutdown()
      await data?.deliver()
    } catch (error) {
      log('warn', `telemetry waits on disk: ${error instanceof Error ? error.message : textOf(error)}`)
    } finally {
      await data?.close()
    }
  }
}

function refuse(message: string): TrackingError {
  return new TrackingError('INVALID_OPTIONS', message)
}

/** What holds, null where that cannot be read, and the instrumentation, null where it is off; says why it is. */
function begin(options: TaskManagerOptions): {
  readonly configuration: Configuration | null
  readonly instrumentation: Instrumentation | null
} {
  let configuration: Configuration | null = null
  try {
    configuration = loadConfiguration({ given: givenIn(options) })
    if (!configuration.values.enabled) return { configuration, instrumentation: null }
    const { otlp, spanProcessors } = options
    return { configuration, instrumentation: startInstrumentation({ configuration, otlp, spanProcessors }) }
  } catch (error) {
    printTrackingIsOff(error)
    return { configuration, instrumentation: null }
  }
}

/** The configuration with the data directory that this process records into, which is the first one's where none was told. */
function inDirectory(configuration: Configuration, dataDir: string | undefined): Configuration {
  const { values } = configuration
  return { ...configuration, values: { ...values, dataDir: dataDir ?? values.dataDir } }
}

function givenIn({
  config,
  dataDir,
  clickhouse,
  collectMetrics,
}: TaskManagerOptions): NonNullable<NonNullable<Parameters<typeof loadConfiguration>[0]>['given']> {
  const { given = {} } = config ?? {}
  return {
    ...given,
    dataDir: dataDir ?? given.dataDir,
    clickhouse: clickhouse ?? given.clickhouse,
    collectMetrics: collectMetrics ?? given.collectMetrics,
  }
}
