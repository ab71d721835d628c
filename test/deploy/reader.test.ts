import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { ClickHouse } from '@runspan/clickhouse'
import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import { afterAll, beforeAll, expect, test } from 'vitest'

/*
 * The user of deploy/clickhouse on a real server, compared with the embedded server's own, which should be the same.
 */

const FILE = fileURLToPath(new URL('../../deploy/clickhouse/runspan_reader.xml', import.meta.url))
const PASSWORD = 'a password of the test'
const dataDir = mkdtempSync(join(tmpdir(), 'runspan-reader-'))

let server: EmbeddedServer
let deployed: ClickHouse
let embedded: ClickHouse
beforeAll(async () => {
  const users = join(dataDir, 'clickhouse', 'config', 'users.d')
  mkdirSync(users, { recursive: true })
  // this server has a user with that name already, and another database
  const text = readFileSync(FILE, 'utf8')
    .replace('<password from_env="CLICKHOUSE_READER_PASSWORD"/>', `<password>${PASSWORD}</password>`)
    .replaceAll('runspan_reader', 'deployed')
    .replaceAll('GRANT SELECT ON otel.*', 'GRANT SELECT ON runspan.*, SELECT ON system.numbers')
  writeFileSync(join(users, 'deployed.xml'), text)
  server = await startEmbedded({ dataDir })
  const { url, database } = server
  deployed = new ClickHouse({ url, database, user: 'deployed', password: PASSWORD })
  embedded = new ClickHouse({ url, database, user: server.readerUser, password: server.readerPassword })
  const owner = new ClickHouse(server)
  await owner.command('CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a')
  await owner.command('INSERT INTO t SELECT number FROM numbers(10)')
  await owner.close()
})
afterAll(async () => {
  await Promise.all([deployed.close(), embedded.close()])
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

test.each([
  ['SELECT count() FROM t', true],
  ['SELECT count() FROM t SETTINGS max_execution_time = 60', true],
  [
    "SELECT count() FROM t SETTINGS max_execution_time = 60, timeout_overflow_mode = 'break', max_rows_to_read = 0",
    true,
  ],
  ['SELECT count() FROM t SETTINGS max_execution_time = 301', false],
  ['SELECT count() FROM t SETTINGS max_execution_time = 0', false],
  ['SELECT count() FROM t SETTINGS max_memory_usage = 0', false],
  ['SELECT count() FROM t SETTINGS max_result_rows = 0', false],
  ['SELECT count() FROM t SETTINGS readonly = 0', false],
  ['SELECT sum(number) FROM numbers(3000000000) SETTINGS max_rows_to_read = 0', false],
  ['SELECT * FROM system.users', false],
  ["SELECT * FROM url('http://127.0.0.1:1/', LineAsString)", false],
])('%s: answered %s, to the deployed reader as to the embedded one', async (sql, isAnswered) => {
  for (const reader of [deployed, embedded]) {
    const answer = await reader.query(sql).then(
      () => true,
      () => false,
    )
    expect(answer).toBe(isAnswered)
  }
})

test('neither changes anything', async () => {
  for (const reader of [deployed, embedded]) {
    for (const sql of ['INSERT INTO t VALUES (1)', 'DROP TABLE t', 'CREATE USER x'])
      await expect(reader.command(sql)).rejects.toThrow(/ACCESS_DENIED|Not enough privileges|readonly/i)
  }
})

test('without being asked a query of either may take 30 s', async () => {
  const sql =
    "SELECT toFloat64(getSetting('max_execution_time')) AS seconds, toFloat64(getSetting('max_memory_usage')) AS memory"
  expect(await deployed.query(sql)).toEqual([{ seconds: 30, memory: 1e9 }])
  expect(await embedded.query(sql)).toEqual(await deployed.query(sql))
})
