import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { applySchemaIfAllowed, ClickHouse, ClickHouseError, PartialClickHouse, placeTasks } from '@runspan/clickhouse'
import { type Configuration, configurationOf, makeDataDirectory, spoolDirectory } from '@runspan/configuration'
import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import { deliveredUntil, Sender, SpoolError, log } from '@runspan/spool'

import { endAbandonedRuns } from './end-abandoned-runs.ts'
import { WorkspaceError } from './errors.ts'

/** Options of the data to open. */
export interface DataOptions {
  /**
   * A configuration that is already resolved, including the options below that name settings. Default: resolved here.
   */
  readonly configuration?: Configuration | undefined
  /** Your server, `http://user:password@host:8123/database`. Default: as configured, else the embedded server. */
  readonly clickhouse?: string | undefined
  /** Data directory. Default: as configured, else as found. */
  readonly data?: string | undefined
  /**
   * Whether answers may lack the shards of a cluster that do not respond. Default: as configured, else false: a missing shard
   * is an error.
   */
  readonly partial?: boolean | undefined
  /**
   * Called with a message if answers may be incomplete: shards are missing, or a newer Runspan created the tables. Default: a
   * warning.
   */
  readonly onNotice?: ((text: string, about: 'shards' | 'schema') => void) | undefined
  /** Ports of the embedded server, if this call starts it; free ones by default. */
  readonly httpPort?: number | undefined
  readonly host?: string | undefined
}

/** A ClickHouse with the schema, and the spool of the data directory. */
export interface OpenData {
  readonly clickhouse: ClickHouse
  readonly dataDir: string
  /** The configuration it was opened with. */
  readonly configuration: Configuration
  /** Null with your own server. */
  readonly server: EmbeddedServer | null
  /**
   * Calls a function that may be called again: the embedded server ends with the process that started it, and is then
   * restarted.
   */
  read<T>(ask: (clickhouse: ClickHouse) => Promise<T>): Promise<T>
  /**
   * Imports the data that waits in the spool. Throws `ClickHouseError` or `SPOOL_BUSY` if some cannot be imported now. Waits
   * for another process that is sending, 15 s by default.
   */
  deliver(patienceSeconds?: number): Promise<void>
  /**
   * Same as `deliver`, but does not fail because another process is still sending: answers are then `behindSeconds` old.
   * Throws `ClickHouseError`.
   */
  deliverIfFree(patienceSeconds?: number): Promise<void>
  /**
   * Returns how far readable data lags behind recorded data, in whole seconds; 0 under 10 s, which is the normal delay of
   * records.
   */
  behindSeconds(): number
  /** Restarts the embedded server if it has ended with the process that started it. Throws `EmbeddedError`. */
  keepUp(): Promise<void>
  /** Imports in the background until closed. */
  keepDelivering(): void
  close(): Promise<void>
}

/**
 * Opens the data: finds or starts the server and updates the schema. Throws `ClickHouseError`, `EmbeddedError`, and
 * `ConfigurationError` `INVALID_CONFIGURATION`.
 */
export async function openData(options: DataOptions = {}): Promise<OpenData> {
  const configuration = options.configuration ?? configurationOf(options)
  const { values } = configuration
  const { dataDir, clickhouse: url } = values
  const connection =
    url === null
      ? await startServer(options, dataDir)
      : { clickhouse: connect(url, values.partial, noticeOf(options, 'shards')), server: null }
  const data = new Data(configuration, connection, () => startServer(options, dataDir))
  try {
    await data.read((clickhouse) => applySchemaIfAllowed(clickhouse, noticeOf(options, 'schema')))
  } catch (error) {
    await data.close()
    throw error
  }
  return data
}

function noticeOf({ onNotice }: DataOptions, about: 'shards' | 'schema'): (text: string) => void {
  return (text) => (onNotice === undefined ? log('warn', text) : onNotice(text, about))
}

function connect(url: string, partial: boolean, onPartial: (text: string) => void): ClickHouse {
  return partial ? new PartialClickHouse({ url }, onPartial) : new ClickHouse({ url })
}

interface Connection {
  readonly clickhouse: ClickHouse
  readonly server: EmbeddedServer | null
}

async function startServer({ httpPort, host }: DataOptions, dataDir: string): Promise<Connection> {
  makeDataDirectory(dataDir)
  const server = await startEmbedded({
    dataDir,
    ...(httpPort === undefined ? {} : { httpPort }),
    ...(host === undefined ? {} : { host }),
  })
  const { url, user, password, database } = server
  return { clickhouse: new ClickHouse({ url, user, password, database }), server }
}

const MOST_ATTEMPTS = 5

class Data implements OpenData {
  readonly configuration: Configuration
  private connection: Connection
  private starting: Promise<void> | undefined
  private readonly start: () => Promise<Connection>
  private readonly sender: Sender

  constructor(configuration: Configuration, connection: Connection, start: () => Promise<Connection>) {
    this.configuration = configuration
    this.connection = this.withSpool(connection)
    this.start = start
    this.sender = new Sender({
      directory: spoolDirectory(this.dataDir),
      target: {
        prepare: () => this.read((clickhouse) => applySchemaIfAllowed(clickhouse)),
        insertNative: (...insert) => this.surviving(() => this.clickhouse.insertNative(...insert)),
      },
    })
  }

  get dataDir(): string {
    return this.configuration.values.dataDir
  }

  get clickhouse(): ClickHouse {
    return this.connection.clickhouse
  }

  get server(): EmbeddedServer | null {
    return this.connection.server
  }

  async deliver(patienceSeconds: number = BUSY_SECONDS): Promise<void> {
    endAbandonedRuns(this.dataDir)
    const sent = await deliverAll(this.sender, spoolDirectory(this.dataDir), patienceSeconds)
    await this.surviving(async () => {
      if (sent) await placeTasks(this.clickhouse)
    })
    await this.keepUp()
  }

  async deliverIfFree(patienceSeconds?: number): Promise<void> {
    try {
      await this.deliver(patienceSeconds)
    } catch (error) {
      if (!(error instanceof WorkspaceError) || error.code !== 'SPOOL_BUSY') throw error
      await this.keepUp()
    }
  }

  behindSeconds(): number {
    return behindSeconds(spoolDirectory(this.dataDir))
  }

  async keepUp(): Promise<void> {
    if (this.server !== null && !(await this.clickhouse.ping())) await this.startAnew()
  }

  keepDelivering(): void {
    this.sender.start()
  }

  async close(): Promise<void> {
    await this.sender.stop()
    await this.clickhouse.close()
    await this.server?.stop()
  }

  read<T>(ask: (clickhouse: ClickHouse) => Promise<T>): Promise<T> {
    return this.surviving(() => ask(this.clickhouse))
  }

  /** Restarts the server if its owner has ended, and repeats the work; the next owner may be as short-lived. */
  private async surviving<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const used = this.connection
      try {
        return await work()
      } catch (error) {
        const gone = (error instanceof ClickHouseError || error instanceof SpoolError) && error.code === 'UNREACHABLE'
        if (this.server === null || !gone || attempt === MOST_ATTEMPTS) throw error
        if (this.connection === used) await this.startAnew()
      }
    }
  }

  /** Counts silence up to what this directory's spool has delivered. */
  private withSpool(connection: Connection): Connection {
    connection.clickhouse.deliveredUntil = () => deliveredUntil(spoolDirectory(this.dataDir))
    return connection
  }

  /** Restarts the server once for all callers that found it gone. */
  private startAnew(): Promise<void> {
    this.starting ??= (async () => {
      const before = this.connection
      this.connection = this.withSpool(await this.start())
      await before.clickhouse.close()
    })().finally(() => {
      this.starting = undefined
    })
    return this.starting
  }
}

/** Seconds after which the segment of a stopped writer is available. */
const BEHIND_FROM_SECONDS = 10

/**
 * Returns how far a spool's delivery lags, in whole seconds; 0 if it keeps up. Throws the errors of the file system.
 */
export function behindSeconds(directory: string): number {
  const until = deliveredUntil(directory)
  const seconds = until === null ? 0 : Math.floor((Date.now() - until.getTime()) / 1000)
  return seconds < BEHIND_FROM_SECONDS ? 0 : seconds
}

/** Maximum seconds to wait for another process to send the data that was there at the call. */
const BUSY_SECONDS = 15

/** Sends all closed segments, or waits for the process that does. Returns true if anything was sent. */
async function deliverAll(sender: Sender, directory: string, patienceSeconds: number): Promise<boolean> {
  const waiting = segmentsIn(directory)
  if (waiting.length === 0) return false
  const until = performance.now() + patienceSeconds * 1000
  for (;;) {
    const { done, error, rows } = await sender.send()
    if (error !== null) throw error.cause instanceof ClickHouseError ? error.cause : error
    if (done) return rows > 0
    const left = new Set(segmentsIn(directory))
    if (!waiting.some((name) => left.has(name))) return true
    if (performance.now() > until) {
      throw new WorkspaceError(
        'SPOOL_BUSY',
        `Another process is sending what waits in ${directory} and has not finished. Try again in a moment.`,
      )
    }
    await sleep(25)
  }
}

function segmentsIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => /\.(segment|open|join)$/.test(name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
