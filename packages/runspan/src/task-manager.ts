import { type ClickHouse, tell, textOf } from '@runspan/clickhouse'
import { type Instrumentation, type InstrumentationOptions, startInstrumentation } from '@runspan/instrumentation'
import { TaskManager as Tracking } from '@runspan/tracking'

import { ClickHouseReader } from './clickhouse-reader.ts'
import { openData, type OpenData } from './open-data.ts'

/** What a TaskManager is made with; with nothing given it just works. */
export interface TaskManagerOptions {
  /** Data directory. Default: `RUNSPAN_DATA`, else the nearest `.runspan`, else one beside `package.json`. */
  readonly dataDir?: string | undefined
  /** A ClickHouse of yours instead of the embedded one. Default: `RUNSPAN_CLICKHOUSE_URL`. */
  readonly clickhouse?: string | undefined
  /** Whether tasks are measured. Default true. */
  readonly collectMetrics?: boolean | undefined
  /** Where spans go besides ClickHouse: exporters to other backends, for example. */
  readonly spanProcessors?: InstrumentationOptions['spanProcessors']
}

/**
 * Tracks runs and tasks, and reads them back. Starts Runspan's OpenTelemetry SDK where the application has none; what is recorded goes to disk first and
 * is read from ClickHouse, whose embedded server is started by the first call that reads. `await close()` ends what it started.
 */
export class TaskManager extends Tracking {
  readonly #instrumentation: Instrumentation
  readonly #options: TaskManagerOptions
  readonly #opened: { data: Promise<OpenData> | undefined }

  constructor(options: TaskManagerOptions = {}) {
    const instrumentation = startInstrumentation({
      dataDir: options.dataDir,
      clickhouse: options.clickhouse,
      spanProcessors: options.spanProcessors,
    })
    const opened: { data: Promise<OpenData> | undefined } = { data: undefined }
    super({
      collectMetrics: options.collectMetrics,
      tracerProvider: instrumentation.tracerProvider,
      loggerProvider: instrumentation.loggerProvider,
      reader: new ClickHouseReader((question) => this.ask(question)),
    })
    this.#instrumentation = instrumentation
    this.#options = options
    this.#opened = opened
  }

  /**
   * Asks the database, with everything recorded so far in it, a question of your own. It may be asked again where the embedded server
   * has to be started anew, so it should only read. Throws `ClickHouseError`, `EmbeddedError`.
   */
  async ask<T>(question: (clickhouse: ClickHouse) => Promise<T>): Promise<T> {
    const { clickhouse, dataDir } = this.#options
    const first = this.#opened.data === undefined
    this.#opened.data ??= openData({ clickhouse, data: dataDir ?? this.#instrumentation.dataDir }).catch(
      (error: unknown) => {
        this.#opened.data = undefined // the next call may find it well again
        throw error
      },
    )
    const data = await this.#opened.data
    if (first) data.keepDelivering()
    this.#instrumentation.spool.rotate()
    await data.deliver()
    return data.read(question)
  }

  /** Sends what was recorded and stops the server if this process started it; recording ends, too. What cannot be sent waits on disk. Never throws. */
  async close(): Promise<void> {
    const data = await this.#opened.data?.catch(() => undefined) // who asked has been told
    try {
      await this.#instrumentation.shutdown()
      await data?.deliver()
    } catch (error) {
      tell('warn', `telemetry waits on disk: ${error instanceof Error ? error.message : textOf(error)}`)
    } finally {
      await data?.close()
    }
  }
}
