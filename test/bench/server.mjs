import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { applySchema, ClickHouse, schemaFiles } from '@runspan/clickhouse'
import { startEmbedded } from '@runspan/embedded'

const GIBIBYTE = 2 ** 30

/** Starts a ClickHouse in its own directory; `views: false` creates only the collector's tables. */
export async function startServer({ views = true, memoryBytes = 4 * GIBIBYTE } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'runspan-bench-'))
  const place = await startOver(dataDir, memoryBytes)
  if (views) await applySchema(place.clickhouse)
  else for (const statement of schemaFiles()[0].statements) await place.clickhouse.command(statement)
  return place
}

/** Restarts a server with the same data in a new process, because a server keeps the memory it once needed. */
export async function restarted({ dataDir, clickhouse, server }, memoryBytes = 4 * GIBIBYTE) {
  await clickhouse.close()
  await server.stop()
  return startOver(dataDir, memoryBytes)
}

async function startOver(dataDir, memoryBytes) {
  const server = await startEmbedded({ dataDir, memoryBytes })
  const { url, user, password, database } = server
  const clickhouse = new ClickHouse({ url, user, password, database, timeoutSeconds: 600 })
  return {
    dataDir,
    server,
    clickhouse,
    async stop() {
      await clickhouse.close()
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Empties all tables with telemetry or data derived from it. */
export async function emptyTables(clickhouse) {
  const tables = await clickhouse.query(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'runspan_schema'`,
  )
  for (const { name } of tables) await clickhouse.command(`TRUNCATE TABLE ${name}`)
}

/** Milliseconds without a merge after which merges count as done. */
const QUIET_MS = 1500

/** Waits until no merge is running; returns when the last one ended, by `performance.now()`. */
export async function mergesDone(clickhouse) {
  let last = performance.now()
  let known = ''
  while (performance.now() - last < QUIET_MS) {
    const [{ merging, parts }] = await clickhouse.query(
      `SELECT (SELECT count() FROM system.merges) AS merging, (SELECT max(modification_time) || toString(count()) FROM system.parts WHERE active AND database = currentDatabase() AND table NOT LIKE '%stats') AS parts`,
    )
    if (merging > 0 || parts !== known) last = performance.now()
    known = parts
    await delay(50)
  }
  return last
}

/** Returns bytes on disk and rows of each table. */
export async function sizes(clickhouse) {
  return clickhouse.query(
    `SELECT table, toFloat64(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY bytes DESC`,
  )
}

/** Inserts newline-separated JSON with the settings of our own inserts. */
export async function insertJson({ url, user, password, database }, table, lines) {
  const query = new URLSearchParams({
    database,
    query: `INSERT INTO ${table} FORMAT JSONEachRow`,
    max_insert_block_size: '1048576',
    min_insert_block_size_rows: '1048576',
    min_insert_block_size_bytes: '536870912',
    materialize_skip_indexes_on_insert: '0',
    optimize_on_insert: '0',
    parallel_view_processing: '1',
  })
  const response = await fetch(`${url}/?${query}`, {
    method: 'POST',
    body: lines,
    headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
  })
  if (!response.ok) throw new Error(await response.text())
}
