import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { applySchema, ClickHouse, type ClickHouseOptions } from '@runspan/clickhouse'
import { readLosses, Sender, type Source, Spool, type SpanRow } from '@runspan/spool'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())
beforeEach(async () => {
  for (const table of ['otel_traces', 'otel_logs', 'otel_traces_trace_id_ts', 'workflow_tasks']) {
    await at.clickhouse.command(`TRUNCATE TABLE ${table} SYNC`)
  }
})

const source: Source = {
  resource: {},
  serviceName: 'delivery',
  resourceSchemaUrl: '',
  scopeName: 'runspan',
  scopeVersion: '',
  scopeAttributes: {},
  scopeDroppedAttributes: 0,
  scopeSchemaUrl: '',
}

/** Returns a span that is also a task, so that the views have work. */
const span = (id: string, day = 0): SpanRow => ({
  source,
  start: [1_780_000_000 + day * 86_400, 0],
  duration: 1000,
  traceId: id.padStart(32, '0'),
  spanId: id,
  parentSpanId: '',
  traceState: '',
  name: 'task',
  kind: 'Internal',
  attributes: { 'workflow.run.id': 'run', 'workflow.name': 'w', 'workflow.task.id': 'node' },
  statusCode: 'Unset',
  statusMessage: '',
  events: [],
  links: [],
})

/** A span of no run. */
const plain = (id: string): SpanRow => ({ ...span(id), attributes: {} })

interface House {
  readonly directory: string
  readonly spool: Spool
  /** Sends with its own sender, to this server or through a proxy. */
  send(through?: Partial<ClickHouseOptions>): ReturnType<Sender['send']>
  waiting(): string[]
}

function house(): House {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-delivery-'))
  const spool = new Spool({ directory })
  onTestFinished(() => {
    spool.close()
    rmSync(directory, { recursive: true })
  })
  return {
    directory,
    spool,
    async send(through = {}) {
      const { url, user, password, database } = at.server
      const clickhouse = new ClickHouse({ url, user, password, database, ...through })
      try {
        return await new Sender({
          directory,
          target: {
            prepare: async () => undefined,
            insertNative: (table, blocks, token) => clickhouse.insertNative(table, blocks, token),
          },
        }).send()
      } finally {
        await clickhouse.close()
      }
    },
    waiting: () => readdirSync(directory).filter((name) => /\.(segment|sending|join|open)$/.test(name)),
  }
}

function fill(spool: Spool, count: number, each: (i: number) => SpanRow = (i) => span(`${i}`)): void {
  for (let i = 0; i < count; i++) {
    spool.add('otel_traces', each(i))
    if (i % 3 === 2) spool.flush()
    if (i % 10 === 9) spool.rotate()
  }
  spool.rotate()
}

/** Returns rows and distinct rows of all tables that a span ends up in. */
async function stored(): Promise<Record<string, string>> {
  const [row] = await at.clickhouse.query<Record<string, string>>(
    `SELECT (SELECT concat(toString(count()), '/', toString(uniqExact(SpanId))) FROM otel_traces) AS spans,
      (SELECT concat(toString(count()), '/', toString(uniqExact(TraceId))) FROM otel_traces_trace_id_ts) AS lookup,
      (SELECT concat(toString(count()), '/', toString(uniqExact(span_id))) FROM workflow_tasks) AS tasks`,
  )
  return row!
}
const all = (count: number): Record<string, string> => {
  const once = `${count}/${count}`
  return { spans: once, lookup: once, tasks: once }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Forwards everything to the real server, and closes the connection when that starts to answer an insert. */
async function cuttingProxy(): Promise<{ url: string; cuts: () => number }> {
  let cuts = 0
  const url = await listen(
    createTcpServer((client) => {
      const upstream = connect(at.server.httpPort, '127.0.0.1')
      client.pipe(upstream)
      upstream.once('data', () => {
        cuts++
        client.destroy()
        upstream.destroy()
      })
      client.on('error', () => upstream.destroy())
      upstream.on('error', () => client.destroy())
    }),
  )
  return { url, cuts: () => cuts }
}

test('stored, but the answer is lost: another sender repeats the same insert, and nothing is there twice', async () => {
  const { spool, send, waiting } = house()
  fill(spool, 30)
  const proxy = await cuttingProxy()
  for (let i = 0; i < 3; i++)
    expect(await send({ url: proxy.url })).toMatchObject({ rows: 0, error: { code: 'UNREACHABLE' } })
  expect(proxy.cuts()).toBe(3)
  expect(await stored()).toEqual(all(30))
  fill(spool, 5, (i) => span(`later ${i}`))
  expect(await send()).toMatchObject({ done: true, error: null })
  expect(await stored()).toEqual(all(35))
  expect(waiting()).toEqual([])
})

test('a view fails after its table has the rows: they wait, and the same insert completes the view', async () => {
  const { spool, send, directory } = house()
  fill(spool, 30)
  await at.clickhouse.command(
    `CREATE TABLE broken (id String, CONSTRAINT never CHECK id = '') ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
  )
  await at.clickhouse.command('CREATE MATERIALIZED VIEW broken_mv TO broken AS SELECT SpanId AS id FROM otel_traces')
  try {
    spool.add('otel_logs', { ...log, body: 'goes on' })
    spool.rotate()
    for (let i = 0; i < 3; i++) {
      expect(await send()).toMatchObject({ done: false, error: { message: expect.stringContaining('broken_mv') } })
    }
    expect(await at.clickhouse.query('SELECT Body AS body FROM otel_logs')).toEqual([{ body: 'goes on' }])
    expect(readdirSync(directory)).not.toContain('refused')
    await at.clickhouse.command('ALTER TABLE broken DROP CONSTRAINT never')
    expect(await send()).toMatchObject({ done: true, error: null })
    expect(await stored()).toEqual(all(30))
    expect(await at.clickhouse.query('SELECT count() AS n, uniqExact(id) AS ids FROM broken')).toEqual([
      { n: 30, ids: 30 },
    ])
  } finally {
    await at.clickhouse.command('DROP TABLE broken_mv SYNC')
    await at.clickhouse.command('DROP TABLE broken SYNC')
  }
})

test('a view that stays broken is skipped after some attempts: the rows are in their table and in all other views', async () => {
  const { directory, spool } = house()
  fill(spool, 30)
  await at.clickhouse.command(
    'CREATE TABLE broken (id String) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100',
  )
  await at.clickhouse.command(
    `CREATE MATERIALIZED VIEW broken_mv TO broken AS SELECT SpanId AS id FROM otel_traces WHERE throwIf(SpanId = '7') = 0`,
  )
  try {
    const sender = new Sender({
      directory,
      target: {
        prepare: async () => undefined,
        insertNative: (...insert) => at.clickhouse.insertNative(...insert),
      },
    })
    for (let i = 0; i < 12; i++) expect(await sender.send()).toMatchObject({ done: false, error: { serverCode: 395 } })
    expect(await sender.send()).toMatchObject({ rows: 30, done: true, error: null })
    expect(await stored()).toEqual(all(30))
    expect(readLosses(directory)).toMatchObject([
      { reason: 'left out of a view', rows: 30, detail: expect.stringContaining('broken_mv') },
    ])
  } finally {
    await at.clickhouse.command('DROP TABLE broken_mv SYNC')
    await at.clickhouse.command('DROP TABLE broken SYNC')
  }
})

const log = {
  source,
  time: [1_780_000_000, 0] as const,
  traceId: '',
  spanId: '',
  flags: 0,
  severityText: '',
  severityNumber: 0,
  body: '',
  attributes: {},
  eventName: '',
}

test('rows of a hundred and fifty days all arrive', async () => {
  const { spool, send } = house()
  fill(spool, 150, (i) => ({ ...plain(`${i}`), start: span('', i).start }))
  expect(await send()).toMatchObject({ rows: 150, done: true, error: null })
  expect(await stored()).toEqual({ ...all(150), tasks: '0/0' })
})

test('where a server allows fewer partitions an insert is split, and all arrive once', async () => {
  const { spool, send } = house()
  fill(spool, 24, (i) => ({ ...plain(`${i}`), start: span('', Math.floor(i / 3)).start }))
  const { url, user, password, database } = at.server
  const strict = await listen(
    createServer((request, response) => {
      // the real server, with a setting that a careful administrator would use
      const target = new URL(request.url!, url)
      target.searchParams.set('max_partitions_per_insert_block', '5')
      const body: Buffer[] = []
      request.on('data', (chunk: Buffer) => body.push(chunk))
      request.on('end', () => {
        const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
        void fetch(target, { method: 'POST', body: Buffer.concat(body), headers }).then(async (answer) => {
          const code = answer.headers.get('x-clickhouse-exception-code')
          response.writeHead(answer.status, code === null ? {} : { 'X-ClickHouse-Exception-Code': code })
          response.end(await answer.text())
        })
      })
    }),
  )
  const sent = await send({ url: strict, database })
  expect(sent).toMatchObject({ rows: 24, done: true, error: null })
  expect(sent.inserts).toBeGreaterThan(1)
  expect(await stored()).toEqual({ ...all(24), tasks: '0/0' })
})

test('a block with a row that the table refuses is set aside with its reason; all other rows arrive', async () => {
  const { directory, spool, send } = house()
  await at.clickhouse.command(`ALTER TABLE otel_traces ADD CONSTRAINT known CHECK SpanName != 'poison'`)
  try {
    fill(spool, 60, (i) => ({ ...span(`${i}`), name: i === 31 ? 'poison' : 'task' }))
    expect(await send()).toMatchObject({ rows: 57, done: true, error: null })
    expect(await stored()).toEqual(all(57))
    const [block, reason] = readdirSync(join(directory, 'refused')).sort()
    expect(readFileSync(join(directory, 'refused', reason!), 'utf8')).toContain('Constraint `known`')
    expect(readLosses(directory)).toMatchObject([{ reason: 'refused by ClickHouse', rows: 3 }])
    // rows set aside can be inserted unchanged, once the table accepts them
    await at.clickhouse.command('ALTER TABLE otel_traces DROP CONSTRAINT known')
    await at.clickhouse.insertNative('otel_traces', [readFileSync(join(directory, 'refused', block!))], 'by hand')
    expect(await stored()).toEqual(all(60))
  } finally {
    await at.clickhouse.command('ALTER TABLE otel_traces DROP CONSTRAINT IF EXISTS known')
  }
})

test('a table that is missing keeps its own rows waiting and no others', async () => {
  const { spool, send } = house()
  fill(spool, 30)
  spool.add('otel_logs', { ...log, body: 'waits' })
  spool.rotate()
  await at.clickhouse.command('RENAME TABLE otel_logs TO otel_logs_away')
  try {
    const sent = await send()
    expect(sent).toMatchObject({ rows: 30, done: false, error: { code: 'SCHEMA_MISSING', serverCode: 60 } })
    expect(sent.error?.message).toContain('runspan schema apply')
    expect(await stored()).toEqual(all(30))
  } finally {
    await at.clickhouse.command('RENAME TABLE otel_logs_away TO otel_logs')
  }
  expect(await send()).toMatchObject({ rows: 1, done: true })
})

test('a schema that is missing is made by the sender’s own preparation', async () => {
  const other = await startTestServer({ schema: false })
  onTestFinished(() => other.stop())
  const { directory, spool } = house()
  fill(spool, 30)
  let preparations = 0
  const sender = new Sender({
    directory,
    target: {
      prepare: async () => {
        preparations++
        if (preparations > 1) await applySchema(other.clickhouse)
      },
      insertNative: (table, blocks, token) => other.clickhouse.insertNative(table, blocks, token),
    },
  })
  expect(await sender.send()).toMatchObject({ error: { code: 'SCHEMA_MISSING' } })
  expect(await sender.send()).toMatchObject({ rows: 30, done: true })
})

test.each([
  ['nobody listens', { url: 'http://127.0.0.1:1' }, 'UNREACHABLE', null],
  ['the password is wrong', { password: 'wrong' }, 'AUTHENTICATION_FAILED', 516],
  ['the database is another', { database: 'nowhere' }, 'SCHEMA_MISSING', 81],
  ['the user may only read', { user: 'runspan_reader' }, 'ACCESS_DENIED', 497],
] as const)('when %s, that is said and everything waits', async (_, through, code, serverCode) => {
  const { spool, send } = house()
  fill(spool, 30)
  const reader = 'user' in through ? { password: at.server.readerPassword } : {}
  const sent = await send({ ...reader, ...through })
  expect(sent).toMatchObject({ rows: 0, done: false, error: { code, serverCode } })
  expect(sent.error?.message).not.toContain(at.server.password)
  expect(await send()).toMatchObject({ rows: 30, done: true })
  expect(await stored()).toEqual(all(30))
})

test('a server that takes the insert and never answers is given up in time', async () => {
  const { spool, send } = house()
  fill(spool, 30)
  const hanging = await listen(createServer((request) => void request.resume()))
  expect(await send({ url: hanging, timeoutSeconds: 0.3 })).toMatchObject({ done: false, error: { code: 'TIMEOUT' } })
  expect(await send()).toMatchObject({ rows: 30, done: true })
})

// A real server cannot be brought into these states without harm to the machine: the answers are ClickHouse's, the server is
// a stand-in.
test.each([
  [241, 'MEMORY_LIMIT_EXCEEDED', 'LIMIT_EXCEEDED'],
  [243, 'NOT_ENOUGH_SPACE', 'QUERY_FAILED'],
  [164, 'READONLY', 'ACCESS_DENIED'],
  [497, 'ACCESS_DENIED', 'ACCESS_DENIED'],
  [252, 'TOO_MANY_PARTS', 'QUERY_FAILED'],
  [999, 'KEEPER_EXCEPTION', 'QUERY_FAILED'],
])('answer %d (%s): everything waits and arrives later', async (number, name, code) => {
  const { directory, spool, send } = house()
  fill(spool, 30)
  const answering = await listen(
    createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(500, { 'X-ClickHouse-Exception-Code': number, 'Content-Type': 'text/plain' })
        response.end(`Code: ${number}. DB::Exception: Not now. (${name}) (version 26.7.2.1)\n`)
      })
    }),
  )
  expect(await send({ url: answering })).toMatchObject({ rows: 0, done: false, error: { serverCode: number, code } })
  expect(readdirSync(directory)).not.toContain('refused')
  expect(await send()).toMatchObject({ rows: 30, done: true })
  expect(await stored()).toEqual(all(30))
})

test('an error that comes after the status is an error', async () => {
  const { spool, send } = house()
  fill(spool, 30)
  const late = await listen(
    createServer((request, response) => {
      request.resume().on('end', () => response.end('Code: 241. DB::Exception: too late (MEMORY_LIMIT_EXCEEDED)'))
    }),
  )
  expect(await send({ url: late })).toMatchObject({ rows: 0, done: false, error: { code: 'QUERY_FAILED' } })
  expect(await send()).toMatchObject({ rows: 30, done: true })
})

test('an invalid join written by hand delays no segment', async () => {
  const { directory, spool, send } = house()
  fill(spool, 30)
  appendFileSync(join(directory, 'otel_traces~x.join'), '{"table": "otel_traces", "inserts": [')
  expect(await send()).toMatchObject({ rows: 30, done: true, error: null })
  expect(readLosses(directory)).toMatchObject([
    { reason: 'damaged', detail: expect.stringContaining('otel_traces~x.join') },
  ])
})
