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

/** Options of a TaskManager; all are optional. */
export interface TaskManagerOptions {
  /** Configuration in code, which overrides environment and file; the options below override it. */
  readonly config?: TrackingConfig | undefined
  /** Data directory. Default: as configured, else the nearest `.runspan`, else one next to `package.json`. */
  readonly dataDir?: string | undefined
  /** URL of your ClickHouse, instead of the embedded one. Default: as configured. */
  readonly clickhouse?: string | undefined
  /** Whether tasks and the process are measured. Default: as configured, or true. */
  readonly collectMetrics?: boolean | undefined
  /**
   * Limits of measurements; a task above one emits a `metric.threshold` event: `{ memoryPeakBytes: 1e9, duration: 60 }`.
   */
  readonly thresholds?: Readonly<Record<string, number>> | undefined
  /**
   * Additional OTLP backends that receive all signals, by way of the disk: `[{ endpoint: 'https://collector:4318', headers
   * }]`.
   */
  readonly otlp?: InstrumentationOptions['otlp']
  /** Additional span processors besides ClickHouse, for example exporters to other backends. */
  readonly spanProcessors?: InstrumentationOptions['spanProcessors']
}

/** Option kinds. Add a new option here. */
const OPTIONS: OptionKinds<TaskManagerOptions> = {
  config: 'any',
  dataDir: 'text',
  clickhouse: 'text',
  collectMetrics: 'flag',
  thresholds: 'object',
  otlp: 'list',
  spanProcessors: 'list',
}
/** Options of the Python original that this version does not have. */
const NOTES = {
  storage:
    'storage is not an option yet: this version stores in ClickHouse only. Give dataDir for where the data lies, or clickhouse for a server of yours.',
}

/**
 * Tracks runs and tasks, and reads them back. Starts Runspan's OpenTelemetry SDK if the application has none. Recorded data
 * goes to disk first and is read from ClickHouse; the first call that reads starts the embedded server. `await close()` ends
 * what it started.
 *
 * @example
 * const taskManager = new TaskManager()
 * await taskManager.withRun('nightly-orders', {}, async (run) => {
 *   await run.withTask('extract', () => extractOrders())
 * })
 * const { runs } = await taskManager.listRuns({ workflow: 'nightly-orders' })
 * await taskManager.close()
 */
export class TaskManager extends Tracking {
  /** Null if tracking is disabled or cannot be enabled. */
  readonly #instrumentation: Instrumentation | null
  readonly #where: DataOptions
  readonly #opened: { data: Promise<OpenData> | undefined }

  /**
   * Throws `TrackingError` `INVALID_OPTIONS` and `ConfigurationError` `INVALID_CONFIGURATION` for invalid options. If the
   * environment, a file or the disk prevents recording, tracking is off, and that is printed once on standard error.
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

  /** Sends events of this process's runs to a handler. A handler that stores something gets the data directory. */
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
   * Runs your own query function against the database, with everything recorded so far in it. The function may be called
   * again if the embedded server has to be restarted, so it should only read. Throws `ClickHouseError`, `EmbeddedError`.
   */
  async ask<T>(question: (clickhouse: ClickHouse) => Promise<T>): Promise<T> {
    const first = this.#opened.data === undefined
    this.#opened.data ??= openData(this.#where).catch((error: unknown) => {
      this.#opened.data = undefined // the next call may succeed
      throw error
    })
    const data = await this.#opened.data
    if (first) data.keepDelivering()
    this.#instrumentation?.spool.rotate()
    await data.deliver()
    return data.read(question)
  }

  /**
   * Sends recorded data, stops recording, and stops the server if this process started it. Data that cannot be sent waits on
   * disk. Never throws.
   */
  override async close(): Promise<void> {
    await super.close()
    const data = await this.#opened.data?.catch(() => undefined) // the caller that asked has received the error
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

/**
 * Returns the effective configuration, null if it cannot be read, and the instrumentation, null if it is off. Prints why it
 * is off.
 */
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

/**
 * Returns the configuration with the data directory that this process records into: by default the first TaskManager's.
 */
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
