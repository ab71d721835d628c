import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { applySchemaIfAllowed, ClickHouse, ClickHouseError, PartialClickHouse, placeTasks } from '@runspan/clickhouse'
import { type Configuration, configurationOf, makeDataDirectory, spoolDirectory } from '@runspan/configuration'
import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import { deliveredUntil, Sender, SpoolError, log } from '@runspan/spool'

import { endAbandonedRuns } from './end-abandoned-runs.ts'
import { WorkspaceError } from './errors.ts'

/** Where the data is. */
export interface DataOptions {
  /** The configuration, where it was resolved already; the options below that name settings were then part of it. Default: resolved here. */
  readonly configuration?: Configuration | undefined
  /** A server of yours, `http://user:password@host:8123/database`. Default: as configured, else the embedded server. */
  readonly clickhouse?: string | undefined
  /** Data directory. Default: as configured, else as found. */
  readonly data?: string | undefined
  /** Answers from the shards of a cluster that are there. Default: as configured, else false: a shard that is missing is an error. */
  readonly partial?: boolean | undefined
  /** Is told, in words, what an answer may lack: shards that are missing, or that a newer Runspan made the tables. Default: a warning. */
  readonly onNotice?: ((text: string, about: 'shards' | 'schema') => void) | undefined
  /** Ports of the embedded server, where this call starts it; free ones by default. */
  readonly httpPort?: number | undefined
  readonly host?: string | undefined
}

/** A ClickHouse with the schema in it, and the spool of the data directory beside it. */
export interface OpenData {
  readonly clickhouse: ClickHouse
  readonly dataDir: string
  /** The configuration it was opened with. */
  readonly configuration: Configuration
  /** Null with a server of yours. */
  readonly server: EmbeddedServer | null
  /** Asks something that may be asked again: the embedded server ends with the process that started it, and is then started anew. */
  read<T>(ask: (clickhouse: ClickHouse) => Promise<T>): Promise<T>
  /**
   * Takes in what waits in the spool; throws `ClickHouseError` or `SPOOL_BUSY` if something cannot be taken in now. Another process that is sending is waited for, 15 s
   * or as told.
   */
  deliver(patienceSeconds?: number): Promise<void>
  /** The same, but an answer is had in any case: it is `behindSeconds` old where another process has not finished sending. Throws `ClickHouseError`. */
  deliverIfFree(patienceSeconds?: number): Promise<void>
  /** How far what can be read is behind what was recorded here, in whole seconds; 0 under 10 s, which is how long records may wait for each other. */
  behindSeconds(): number
  /** Starts the embedded server anew if it has ended with the process that started it. Throws `EmbeddedError`. */
  keepUp(): Promise<void>
  /** Goes on taking in, in the background, until closed. */
  keepDelivering(): void
  close(): Promise<void>
}

/**
 * Opens the data: finds or starts the server and brings the schema up to date. Throws `ClickHouseError`, `EmbeddedError`, and
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

  /** Whoever needs the server when its owner has ended starts it again; the next owner may be as short-lived. */
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

  /** Silence counts up to what this directory's spool has delivered. */
  private withSpool(connection: Connection): Connection {
    connection.clickhouse.deliveredUntil = () => deliveredUntil(spoolDirectory(this.dataDir))
    return connection
  }

  /** One start for all who found the server gone. */
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

/** A writer that has stopped hands its records over after this long. */
const BEHIND_FROM_SECONDS = 10

/** How far a spool's delivery is behind, in whole seconds; 0 where it keeps up. Throws what the file system throws. */
export function behindSeconds(directory: string): number {
  const until = deliveredUntil(directory)
  const seconds = until === null ? 0 : Math.floor((Date.now() - until.getTime()) / 1000)
  return seconds < BEHIND_FROM_SECONDS ? 0 : seconds
}

/** How long another process may take to send what was there when we came. */
const BUSY_SECONDS = 15

/** Sends all closed segments, or waits for the process that does. True if anything was sent. */
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
