import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { applySchema, ClickHouse } from '@runspan/clickhouse'
import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import { inject, vi } from 'vitest'

/** Files of the embedded server in its data directory; everything else there belongs to a test. */
const OF_THE_SERVER = ['clickhouse', 'server.json']

const REFRESH_WAIT = { timeout: 60_000, interval: 50 }

let isTaken = false

/**
 * Joins this worker's server with empty tables as after `runspan schema apply`. Null while a test of this file uses it.
 */
export async function takeWorkerServer(): Promise<(EmbeddedServer & { readonly dataDir: string }) | null> {
  if (isTaken) return null
  isTaken = true
  const answer = await fetch(`${inject('serversOfWorkers')}/${process.env['VITEST_POOL_ID']}`)
  const dataDir = await answer.text()
  if (!answer.ok) throw new Error(dataDir)
  for (const name of readdirSync(dataDir)) {
    if (!OF_THE_SERVER.includes(name)) rmSync(join(dataDir, name), { recursive: true })
  }
  const server = await startEmbedded({ dataDir })
  const { url, user, password, database } = server
  const clickhouse = new ClickHouse({ url, user, password, database })
  try {
    await makePristine(clickhouse, `${dataDir}.tables`)
  } finally {
    await clickhouse.close()
  }
  return {
    ...server,
    dataDir,
    stop: async () => {
      isTaken = false
    },
  }
}

/**
 * Empties all tables. Recreates the database if a test has changed more than rows; the file `noted` has the original tables.
 */
async function makePristine(clickhouse: ClickHouse, noted: string): Promise<void> {
  await clickhouse.createDatabase()
  const before = existsSync(noted) ? readFileSync(noted, 'utf8') : null
  if (before === null || (await definitions(clickhouse)) !== before) {
    await clickhouse.command(`DROP DATABASE ${clickhouse.database} SYNC`)
    await clickhouse.createDatabase()
    await applySchema(clickhouse)
    writeFileSync(noted, await definitions(clickhouse))
    return
  }
  // a view that is refreshing may write rows that it read before
  const refreshing = `SELECT view FROM system.view_refreshes WHERE database = currentDatabase() AND status = 'Running'`
  await vi.waitFor(async () => {
    const views = await clickhouse.query<{ view: string }>(refreshing)
    if (views.length > 0) throw new Error(`still refreshing: ${views.map(({ view }) => view).join(', ')}`)
  }, REFRESH_WAIT)
  const filled = await clickhouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND total_rows > 0 AND name != 'runspan_schema'`,
  )
  for (const { name } of filled) await clickhouse.command(`TRUNCATE TABLE ${name} SYNC`)
}

async function definitions(clickhouse: ClickHouse): Promise<string> {
  const tables = await clickhouse.query<{ create_table_query: string }>(
    `SELECT create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name`,
  )
  return tables.map((table) => table.create_table_query).join('\n')
}
