import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { applySchema, ClickHouse, ClickHouseError, placeTasks, Sender } from '@runspan/clickhouse'
import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import { dataDirectory, makeDataDirectory, spoolDirectory } from '@runspan/instrumentation'

import { RunspanError } from './errors.ts'

/** Where the data is. */
export interface DataOptions {
  /** A server of yours, `http://user:password@host:8123/database`. Default: `RUNSPAN_CLICKHOUSE_URL`, else the embedded server. */
  readonly clickhouse?: string | undefined
  /** Data directory. Default: as `dataDirectory` says. */
  readonly data?: string | undefined
  /** Ports of the embedded server, where this call starts it; free ones by default. */
  readonly httpPort?: number | undefined
  readonly host?: string | undefined
}

/** A ClickHouse with the schema in it, and the spool of the data directory beside it. */
export interface OpenData {
  readonly clickhouse: ClickHouse
  readonly dataDir: string
  /** Null with a server of yours. */
  readonly server: EmbeddedServer | null
  /** Takes in what waits in the spool; throws `ClickHouseError` or `SPOOL_BUSY` if something cannot be taken in now. */
  deliver(): Promise<void>
  /** Goes on taking in, in the background, until closed. */
  keepDelivering(): void
  close(): Promise<void>
}

/** Opens the data: finds or starts the server and brings the schema up to date. Throws `ClickHouseError`, `EmbeddedError`. */
export async function openData(options: DataOptions = {}): Promise<OpenData> {
  const dataDir = dataDirectory(options.data).path
  const url = options.clickhouse ?? (process.env['RUNSPAN_CLICKHOUSE_URL'] || undefined)
  if (url !== undefined) return openWith(new ClickHouse({ url }), dataDir, null)
  makeDataDirectory(dataDir)
  const server = await startEmbedded({
    dataDir,
    ...(options.httpPort === undefined ? {} : { httpPort: options.httpPort }),
    ...(options.host === undefined ? {} : { host: options.host }),
  })
  const { user, password, database } = server
  return openWith(new ClickHouse({ url: server.url, user, password, database }), dataDir, server)
}

async function openWith(clickhouse: ClickHouse, dataDir: string, server: EmbeddedServer | null): Promise<OpenData> {
  try {
    await applySchemaIfAllowed(clickhouse)
  } catch (error) {
    await clickhouse.close()
    await server?.stop()
    throw error
  }
  const directory = spoolDirectory(dataDir)
  const sender = new Sender({
    directory,
    target: {
      prepare: async () => {
        await applySchema(clickhouse)
      },
      insertNative: (...insert) => clickhouse.insertNative(...insert),
    },
  })
  return {
    clickhouse,
    dataDir,
    server,
    async deliver() {
      if (await deliverAll(sender, directory)) await placeTasks(clickhouse)
    },
    keepDelivering: () => sender.start(),
    async close() {
      await sender.stop()
      await clickhouse.close()
      await server?.stop()
    },
  }
}

/** A user that may only read finds the tables as they are. */
async function applySchemaIfAllowed(clickhouse: ClickHouse): Promise<void> {
  try {
    await applySchema(clickhouse)
  } catch (error) {
    if (!(error instanceof ClickHouseError) || error.code !== 'ACCESS_DENIED') throw error
  }
}

/** How long another process may take to send what was there when we came. */
const BUSY_SECONDS = 15

/** Sends all closed segments, or waits for the process that does. True if anything was sent. */
async function deliverAll(sender: Sender, directory: string): Promise<boolean> {
  const waiting = segmentsIn(directory)
  if (waiting.length === 0) return false
  const until = Date.now() + BUSY_SECONDS * 1000
  for (;;) {
    const { done, error, rows } = await sender.send()
    if (error !== null) throw error
    if (done) return rows > 0
    const left = new Set(segmentsIn(directory))
    if (!waiting.some((name) => left.has(name))) return true
    if (Date.now() > until) {
      throw new RunspanError(
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
