import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { applySchema, ClickHouse, placeTasks } from '@runspan/clickhouse'
import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import { Sender, Spool } from '@runspan/spool'

/** A real ClickHouse of its own, in a directory of its own. */
export interface TestServer {
  readonly dataDir: string
  readonly server: EmbeddedServer
  readonly clickhouse: ClickHouse
  /** A spool beside the server. */
  readonly spool: Spool
  /** Sends what the spool holds and places tasks; throws if anything stays behind. */
  deliver(): Promise<void>
  stop(): Promise<void>
}

export async function startTestServer(options: { schema?: boolean } = {}): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'runspan-test-'))
  const server = await startEmbedded({ dataDir })
  const { url, user, password, database } = server
  const clickhouse = new ClickHouse({ url, user, password, database })
  if (options.schema !== false) await applySchema(clickhouse)
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
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
