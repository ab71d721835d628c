import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { applySchema, ClickHouse, placeTasks } from '@runspan/clickhouse'
import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import { Sender, Spool } from '@runspan/spool'

import { takeWorkerServer } from './worker-server.ts'

/** A real, empty ClickHouse with the schema's tables, in a data directory that contains nothing else. */
export interface TestServer {
  readonly dataDir: string
  readonly server: EmbeddedServer
  readonly clickhouse: ClickHouse
  /** A spool for the server. */
  readonly spool: Spool
  /** Sends the spool's content and resolves tasks to runs; throws if anything stays behind. */
  deliver(): Promise<void>
  stop(): Promise<void>
}

export interface TestServerOptions {
  /** False for a server without tables. Default true. */
  readonly schema?: boolean
  /**
   * True for a separate server: for tests that end it, fill it or count the files in its folder. Default: the one shared by
   * this worker's files.
   */
  readonly alone?: boolean
}

export async function startTestServer({ schema = true, alone = !schema }: TestServerOptions = {}): Promise<TestServer> {
  const shared = alone ? null : await takeWorkerServer()
  const dataDir = shared?.dataDir ?? mkdtempSync(join(tmpdir(), 'runspan-test-'))
  const server = shared ?? (await startEmbedded({ dataDir }))
  const { url, user, password, database } = server
  const clickhouse = new ClickHouse({ url, user, password, database })
  if (schema && shared === null) await applySchema(clickhouse)
  const spool = new Spool({ directory: join(dataDir, 'spool') })
  const sender = new Sender({
    directory: spool.directory,
    target: {
      prepare: async () => undefined,
      insertNative: (...insert) => clickhouse.insertNative(...insert),
    },
  })
  return {
    dataDir,
    server,
    clickhouse,
    spool,
    async deliver() {
      spool.rotate()
      const { error, done } = await sender.send()
      if (error !== null) throw error
      if (!done) throw new Error('another sender holds the spool')
      await placeTasks(clickhouse)
    },
    async stop() {
      await sender.stop()
      spool.close()
      await clickhouse.close()
      await server.stop()
      if (shared === null) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
