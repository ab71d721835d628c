import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

import { defaultMemoryBytes } from './configuration.ts'
import { EmbeddedError, findEmbedded, startEmbedded } from './index.ts'
import type { EmbeddedOptions, EmbeddedServer } from './index.ts'
import { nativeHello } from './native-hello.ts'
import { isPortTaken } from './ports.ts'
import {
  asOwner,
  ask,
  describeWithEngine,
  isRunning,
  needsEngine,
  newDataDir,
  query,
  testDataDir,
} from './test-server.ts'

async function startForTest(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const server = await startEmbedded(options)
  onTestFinished(() => server.stop())
  return server
}

async function failureOf(options: EmbeddedOptions): Promise<EmbeddedError> {
  const outcome = await startEmbedded(options).catch((error: unknown) => error)
  if (outcome instanceof EmbeddedError) return outcome
  await (outcome as EmbeddedServer).stop()
  throw new Error('it started')
}

async function listenAnywhere(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return (server.address() as AddressInfo).port
}

describeWithEngine(`one server${needsEngine}`, () => {
  let dataDir: string
  let server: EmbeddedServer

  beforeAll(async () => {
    dataDir = newDataDir()
    server = await startEmbedded({ dataDir, memoryBytes: 700_000_000 })
  })
  afterAll(async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  test('answers on both ports, and its database is there', async () => {
    expect(server.started).toBe(true)
    expect(server.url).toBe(`http://127.0.0.1:${server.httpPort}`)
    expect(await query(server, 'EXISTS DATABASE runspan')).toBe('1')
    expect(await nativeHello(server, server.user, server.password, 2000)).toEqual({ kind: 'welcome' })
  })

  test('is found by its file, which only this user may read', async () => {
    const { started: _, stop: _stop, ...connection } = server
    expect(await findEmbedded(dataDir)).toEqual(connection)
    expect(statSync(join(dataDir, 'server.json')).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataDir, 'clickhouse')).mode & 0o777).toBe(0o700)
    expect(statSync(join(dataDir, 'clickhouse', 'server.log')).size).toBeGreaterThan(0)
  })

  test('is joined by the second to ask, who cannot stop it', async () => {
    const joined = await startEmbedded({ dataDir })
    expect(joined).toMatchObject({ started: false, pid: server.pid, password: server.password })
    await joined.stop()
    expect(await query(server, 'SELECT 1')).toBe('1')
  })

  test('is not taken for the server of a copy of its directory', async () => {
    const copy = testDataDir()
    cpSync(join(dataDir, 'server.json'), join(copy, 'server.json'))
    expect(await findEmbedded(copy)).toBeNull()
  })

  test('keeps to its memory and lives on after a query that wants more', async () => {
    const greedy = await ask(server, 'SELECT length(groupArray(number)) FROM numbers(1000000000)', asOwner(server))
    expect(greedy.errorNumber).toBe(241)
    expect(await query(server, 'SELECT 1')).toBe('1')
  })

  test('needs little memory while idle', () => {
    if (process.platform !== 'linux') return
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
    const residentMegabytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
    expect(residentMegabytes).toBeLessThan(800)
  })

  test('refreshes views in the background, with the rights of the owner', async () => {
    await query(server, 'CREATE TABLE runspan.source (a UInt64) ENGINE = MergeTree ORDER BY a')
    await query(server, 'INSERT INTO runspan.source SELECT number FROM numbers(10)')
    await query(server, 'CREATE TABLE runspan.counts (n UInt64, at DateTime64(3)) ENGINE = MergeTree ORDER BY at')
    await query(
      server,
      `CREATE MATERIALIZED VIEW runspan.counting REFRESH EVERY 1 SECOND APPEND TO runspan.counts
       AS SELECT count() AS n, now64() AS at FROM runspan.source`,
    )
    await expect.poll(() => query(server, 'SELECT count() >= 2 AND max(n) = 10 FROM runspan.counts')).toBe('1')
    await query(server, 'SYSTEM STOP VIEW runspan.counting')
    await query(server, 'SYSTEM START VIEW runspan.counting')
    await query(server, 'SYSTEM REFRESH VIEW runspan.counting')
    await query(server, 'SYSTEM WAIT VIEW runspan.counting')
    await query(server, 'DROP VIEW runspan.counting')
  })

  test('lets the owner do everything a schema needs', async () => {
    const statements = [
      'CREATE TABLE runspan.spans (id UInt64, at DateTime, n SimpleAggregateFunction(sum, UInt64), tags SimpleAggregateFunction(any, Map(String, String))) ENGINE = AggregatingMergeTree PARTITION BY toDate(at) ORDER BY id TTL at + INTERVAL 30 DAY',
      'CREATE MATERIALIZED VIEW runspan.to_spans TO runspan.spans AS SELECT a AS id, now() AS at, 1 AS n FROM runspan.source',
      'CREATE MATERIALIZED VIEW runspan.own ENGINE = AggregatingMergeTree ORDER BY k AS SELECT a % 3 AS k, countState() AS c FROM runspan.source GROUP BY k',
      'INSERT INTO runspan.source SELECT number FROM numbers(1000)',
      'ALTER TABLE runspan.spans ADD COLUMN extra SimpleAggregateFunction(max, String) AFTER n, ADD INDEX i extra TYPE bloom_filter',
      'ALTER TABLE runspan.source ADD PROJECTION p (SELECT a % 2, count() GROUP BY a % 2)',
      'ALTER TABLE runspan.source MATERIALIZE PROJECTION p SETTINGS mutations_sync = 1',
      'ALTER TABLE runspan.spans DELETE WHERE id = 1 SETTINGS mutations_sync = 1',
      'DELETE FROM runspan.spans WHERE id = 2',
      'OPTIMIZE TABLE runspan.spans FINAL',
      'SYSTEM STOP MERGES runspan.spans',
      'SYSTEM START MERGES runspan.spans',
      'SYSTEM FLUSH LOGS',
      'CREATE VIEW runspan.plain AS SELECT * FROM runspan.spans',
      'WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x WHERE n < 5) SELECT max(n) FROM x',
      'CREATE TABLE runspan.swap AS runspan.source',
      'EXCHANGE TABLES runspan.swap AND runspan.source',
      'RENAME TABLE runspan.swap TO runspan.swapped',
      'TRUNCATE TABLE runspan.swapped',
      'DROP TABLE runspan.swapped',
      "KILL QUERY WHERE query_id = 'nobody'",
    ]
    for (const statement of statements) await query(server, statement)
    expect(await query(server, "SELECT countIf(active) > 0 FROM system.parts WHERE database = 'runspan'")).toBe('1')
  })
})

describeWithEngine(`starting and stopping${needsEngine}`, () => {
  test('stops even with an open connection, is gone then, and starts again with its data', async () => {
    const dataDir = testDataDir()
    const first = await startEmbedded({ dataDir })
    await query(first, 'CREATE TABLE runspan.t (a UInt64) ENGINE = MergeTree ORDER BY a')
    await query(first, 'INSERT INTO runspan.t VALUES (42)')
    const keptOpen = await fetch(`${first.url}/ping`)
    await keptOpen.text()
    await Promise.all([first.stop(), first.stop()])
    expect(await isRunning(first.pid)).toBe(false)
    expect(await findEmbedded(dataDir)).toBeNull()
    expect(readFileSync(join(dataDir, 'clickhouse', 'server.log'), 'utf8')).not.toContain('<Fatal>')

    const second = await startForTest({ dataDir })
    expect(await query(second, 'SELECT a FROM runspan.t')).toBe('42')
    expect(second).toMatchObject({ httpPort: first.httpPort, tcpPort: first.tcpPort, password: first.password })
  })

  test('takes the ports it is given, and says so when one is taken', async () => {
    const httpPort = await listenAnywhere(createTcpServer())
    const taken = await failureOf({ dataDir: testDataDir(), httpPort })
    expect(taken.code).toBe('PORT_TAKEN')
    expect(taken.message).toContain(`Port ${httpPort} on 127.0.0.1 is taken`)
    const tcpTaken = await failureOf({ dataDir: testDataDir(), tcpPort: httpPort })
    expect(tcpTaken.code).toBe('PORT_TAKEN')
  })

  test('has its data under any name of a directory', async () => {
    const dataDir = join(testDataDir(), 'dossier à données, with <brackets> & 🚀')
    const server = await startForTest({ dataDir })
    await query(server, 'CREATE TABLE runspan.t (a UInt64) ENGINE = MergeTree ORDER BY a')
    await query(server, 'INSERT INTO runspan.t VALUES (3)')
    expect(await query(server, 'SELECT a FROM runspan.t')).toBe('3')
    expect(existsSync(join(dataDir, 'clickhouse', 'data', 'store'))).toBe(true)
  })

  test('lets other machines in only when told to, and only with a password', async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((candidate) => candidate?.family === 'IPv4' && !candidate.internal)?.address
    const open = await startForTest({ dataDir: testDataDir(), host: '0.0.0.0' })
    expect(open.url).toBe(`http://127.0.0.1:${open.httpPort}`)
    const outside = { url: `http://${address ?? '127.0.0.1'}:${open.httpPort}` }
    expect((await ask(outside, 'SELECT 1', asOwner(open))).text).toBe('1')
    expect((await ask(outside, 'SELECT 1', {})).ok).toBe(false)
    expect((await ask(outside, 'SELECT 1', { ...asOwner(open), 'X-ClickHouse-Key': 'wrong' })).ok).toBe(false)

    const closed = await startForTest({ dataDir: testDataDir() })
    expect(await isPortTaken(address ?? '127.0.0.2', closed.httpPort)).toBe(false)
  })

  test('takes other ports when those of the last time are taken', async () => {
    const dataDir = testDataDir()
    const first = await startEmbedded({ dataDir })
    await first.stop()
    const squatter = createServer((_, response) => response.end('1'))
    await new Promise<void>((resolve) => squatter.listen(first.httpPort, '127.0.0.1', resolve))
    onTestFinished(() => void squatter.close())
    expect(await findEmbedded(dataDir)).toBeNull()
    const second = await startForTest({ dataDir })
    expect(second.httpPort).not.toBe(first.httpPort)
    expect(await query(second, 'SELECT 2')).toBe('2')
  })

  test('sends no password to another program on a dead server’s port', async () => {
    const dataDir = testDataDir()
    const first = await startEmbedded({ dataDir })
    await first.stop()
    let visits = 0
    const squatter = createServer((_, response) => {
      visits++
      response.end('1')
    })
    await new Promise<void>((resolve) => squatter.listen(first.httpPort, '127.0.0.1', resolve))
    onTestFinished(() => void squatter.close())
    expect(await findEmbedded(dataDir)).toBeNull()
    expect(visits).toBe(0)
  })

  test.each([
    ['of a process that lives but is none of ours', { pid: process.pid }],
    ['with a password that is not the server’s', { password: 'wrong' }],
    ['of an owner that is gone', { ownerPid: 4_194_303 }],
  ])('a server.json %s counts as none', async (_, change) => {
    const dataDir = testDataDir()
    await startForTest({ dataDir })
    const file = join(dataDir, 'server.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }))
    expect(await findEmbedded(dataDir)).toBeNull()
  })

  test.each(['', '{', '[]', 'null', '{"pid":1}'])('a server.json that holds %j is written anew', async (text) => {
    const dataDir = testDataDir()
    writeFileSync(join(dataDir, 'server.json'), text)
    expect(await findEmbedded(dataDir)).toBeNull()
    const server = await startForTest({ dataDir })
    expect((await findEmbedded(dataDir))?.pid).toBe(server.pid)
  })

  test('no directory holds no server', async () => {
    expect(await findEmbedded(join(testDataDir(), 'nowhere'))).toBeNull()
  })
})

describeWithEngine(`what can go wrong${needsEngine}`, () => {
  test('a data directory that is a file', async () => {
    const file = join(testDataDir(), 'file')
    writeFileSync(file, '')
    const error = await failureOf({ dataDir: file })
    expect(error.code).toBe('DIRECTORY_NOT_WRITABLE')
    expect(error.message).toContain(file)
  })

  test('a data directory that cannot be made', async () => {
    const error = await failureOf({ dataDir: '/sys/runspan' })
    expect(error.code).toBe('DIRECTORY_NOT_WRITABLE')
  })

  test('no time', async () => {
    const dataDir = testDataDir()
    const error = await failureOf({ dataDir, startTimeoutSeconds: 0.05 })
    expect(error.code).toBe('START_TIMEOUT')
    expect(error.message).toContain(join(dataDir, 'clickhouse', 'server.log'))
  })

  test.each([
    { httpPort: 70_000 },
    { tcpPort: -1 },
    { httpPort: 1.5 },
    { memoryBytes: 0 },
    { peerPorts: [9000, 0] },
    { startTimeoutSeconds: Number.NaN },
    { dataDir: '/tmp/a\\b' },
    { dataDir: '' },
    { host: '192.0.2.77' },
    { host: 'nowhere.invalid' },
  ])('options that cannot be: %j', async (options) => {
    const error = await failureOf({ dataDir: testDataDir(), ...options })
    expect(error.code).toBe('INVALID_OPTION')
    expect(error.message).toContain(Object.keys(options)[0])
  })
})

test('the memory cap is modest', () => {
  expect(defaultMemoryBytes()).toBeLessThanOrEqual(2 * 1024 ** 3)
  expect(defaultMemoryBytes()).toBeGreaterThan(100_000_000)
})
