import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { ingestFile, type IngestedFile } from '@runspan/collector'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { forgetTelemetry } from '../servers/stored-rows.ts'

/* Real files: saved from pages and programs, edited, compressed, concatenated. */

let at: TestServer
let directory: string
beforeAll(async () => {
  at = await startTestServer()
  directory = mkdtempSync(join(tmpdir(), 'runspan-forms-'))
})
afterAll(async () => {
  await at.stop()
  rmSync(directory, { recursive: true })
})
beforeEach(async () => {
  await at.deliver()
  await forgetTelemetry(at.clickhouse)
})

async function taken(content: string | Buffer, name = 'file'): Promise<IngestedFile> {
  const path = join(directory, name)
  writeFileSync(path, content)
  return ingestFile(path, at.spool)
}

async function names(): Promise<string[]> {
  await at.deliver()
  const rows = await at.clickhouse.query<{ name: string }>('SELECT SpanName AS name FROM otel_traces ORDER BY name')
  return rows.map(({ name }) => name)
}

let id = 0
const request = (name: string): object => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'é' } }] },
      scopeSpans: [
        {
          scope: { name: 'x' },
          spans: [
            {
              traceId: 'a'.repeat(32),
              spanId: (++id).toString(16).padStart(16, '0'),
              name,
              attributes: [{ key: 'odd', value: { stringValue: '}{ [ \\" \n {"resourceSpans":' } }],
              startTimeUnixNano: '1795866669169000000',
              endTimeUnixNano: '1795866670169000000',
            },
          ],
        },
      ],
    },
  ],
})
const line = (name: string): string => JSON.stringify(request(name))
const pretty = (name: string): string => JSON.stringify(request(name), null, 2)
const group = (name: string): string => JSON.stringify((request(name) as { resourceSpans: object[] }).resourceSpans[0])
const BOM = '\u{FEFF}'

const LAYOUTS: [string, string | Buffer][] = [
  ['documents on a line each', `${line('a')}\n${line('b')}\n`],
  ['blank lines before and between, Windows ends of lines', `\r\n\n${line('a')}\r\n\r\n  ${line('b')}`],
  ['documents over many lines, one after another', `${pretty('a')}\n${pretty('b')}\n`],
  ['documents over many lines behind blank ones', `\n\n  ${pretty('a')}${pretty('b')}`],
  ['several documents on one line', `${line('a')}${line('b')}`],
  ['a list on one line', `[${line('a')},${line('b')}]`],
  ['a list over many lines', JSON.stringify([request('a'), [request('b')]], null, 1)],
  ['a list a line', `[${line('a')}]\n[${line('b')}]\n`],
  ['a byte order mark', `${BOM}${line('a')}\n${line('b')}`],
  ['a byte order mark before documents over many lines', `${BOM}${pretty('a')}\n${pretty('b')}`],
  ['gzip, whatever the name', gzipSync(`${line('a')}\n${line('b')}`)],
  ['gzip put together, with a mark inside', Buffer.concat([gzipSync(BOM + pretty('a')), gzipSync(pretty('b'))])],
  ['groups without a request, as Java’s logging exporter writes them', `${group('a')}\n${group('b')}`],
  [
    'lines of a log',
    `2026-11-28 INFO start\n[main] INFO x - ${group('a')} (12 ms)\nnothing {"here": 1}\n${line('b')}\n`,
  ],
]
test.each(LAYOUTS)('%s', async (_, content) => {
  expect(await taken(content)).toMatchObject({ spans: 2, rejected: [], endedEarly: null })
  expect(await names()).toEqual(['a', 'b'])
})

test('a name that ends in .gz does not decide the format', async () => {
  expect(await taken(`${line('a')}\n`, 'unpacked.json.gz')).toMatchObject({ spans: 1, rejected: [] })
})

test('lists and documents larger than a piece of the file, cut anywhere', async () => {
  const many = Array.from({ length: 4000 }, (_, i) => request(`n${String(i).padStart(4, '0')}`))
  const expected = many.map((_, i) => `n${String(i).padStart(4, '0')}`)
  for (const text of [JSON.stringify(many), many.map((one) => JSON.stringify(one, null, 2)).join('\n')]) {
    expect(await taken(text)).toMatchObject({ spans: 4000, rejected: [], endedEarly: null })
    expect(await names()).toEqual(expected)
    await forgetTelemetry(at.clickhouse)
  }
}, 60_000)

test('a document that breaks off spoils no other', async () => {
  const cut = pretty('lost')
  const broken = `${pretty('a')}\n${cut.slice(0, cut.indexOf('"lost"') + 3)}\n${pretty('b')}`
  const result = await taken(broken)
  expect(result).toMatchObject({
    spans: 2,
    rejected: [{ request: 2, reason: expect.stringContaining('cannot be parsed') }],
  })
  expect(await names()).toEqual(['a', 'b'])
})

const RECORDED: [string, { service: string; note: string; rows: string }][] = [
  ['java-logging.log', { service: 'java-etl', note: 'exception', rows: '42' }],
  ['tempo.json', { service: 'etl', note: '', rows: '42' }],
  ['jaeger.json', { service: 'etl', note: 'exception', rows: '42' }],
  ['zipkin.json', { service: 'py-etl', note: '{"read": {"lines": 7}}', rows: '42' }],
]
test.each(RECORDED)(
  'forms/%s: names, times, parents, kinds, outcomes and attributes',
  async (file, { service, note, rows }) => {
    expect(await ingestFile(fixture(`forms/${file}`), at.spool)).toMatchObject({
      spans: 2,
      rejected: [],
      endedEarly: null,
    })
    await at.deliver()
    const [root, child] = await at.clickhouse.query<Record<string, unknown>>(
      `SELECT SpanName AS name, TraceId AS trace, SpanId AS span, ParentSpanId AS parent, ServiceName AS service, SpanKind AS kind, ScopeName AS scope,
       ScopeVersion AS version, StatusCode AS status, StatusMessage AS message, toFloat64(Duration) AS duration, Events.Name AS events,
       SpanAttributes AS attributes FROM otel_traces ORDER BY ParentSpanId != '' `,
    )
    expect(root).toMatchObject({
      name: 'nightly',
      parent: '',
      service,
      kind: 'Server',
      scope: 'etl',
      version: '1.2.3',
      status: 'Unset',
    })
    expect(child).toMatchObject({
      name: 'load',
      trace: root!['trace'],
      parent: root!['span'],
      service,
      kind: file === 'jaeger.json' ? 'Unspecified' : 'Internal',
      status: 'Error',
      message: 'no rows',
      events: note === '' ? [] : [note],
    })
    expect([root, child].map((row) => (row!['attributes'] as Record<string, string>)['rows'])).toContain(rows)
    expect(root!['duration']).toBeGreaterThan(child!['duration'] as number)
    expect(root!['trace']).toMatch(/^[\da-f]{32}$/)
    expect(root!['span']).toMatch(/^[\da-f]{16}$/)
  },
)

test('Jaeger: microseconds, references and ids without leading zeros', async () => {
  await ingestFile(fixture('forms/jaeger.json'), at.spool)
  await at.deliver()
  const rows = await at.clickhouse.query(
    `SELECT TraceId AS trace, SpanId AS span, toString(toUnixTimestamp64Nano(Timestamp)) AS start, toString(Duration) AS duration,
       Links.SpanId AS links, ResourceAttributes['host.name'] AS host, SpanAttributes AS attributes FROM otel_traces ORDER BY Timestamp`,
  )
  const common = { trace: '004e539e913b8763c99fd19612219d88', host: 'h1' }
  expect(rows).toEqual([
    {
      ...common,
      span: 'a06119ad88b7f733',
      start: '1795879542700312000',
      duration: '233652000',
      links: ['0123456789abcdef'],
      attributes: { ratio: '0.25' },
    },
    {
      ...common,
      span: '05c3b3b6033ae91e',
      start: '1795879542705519000',
      duration: '5693000',
      links: [],
      attributes: { rows: '42', error: 'true' },
    },
  ])
})

test('Tempo: the answer of its second interface', async () => {
  const { batches } = JSON.parse(readFileSync(fixture('forms/tempo.json'), 'utf8')) as { batches: object[] }
  expect(await taken(JSON.stringify({ trace: { resourceSpans: batches } }))).toMatchObject({ spans: 2, rejected: [] })
  await at.deliver()
  const ids = await at.clickhouse.query(
    `SELECT DISTINCT TraceId AS trace, ParentSpanId AS parent, SpanAttributes['spanId'] AS told FROM otel_traces ORDER BY parent`,
  )
  expect(ids).toEqual([
    { trace: '304253913b9b8763c99fd19612219d88', parent: '', told: '' },
    { trace: '304253913b9b8763c99fd19612219d88', parent: 'a06119ad88b7733f', told: 'BcOztgM66R4=' },
  ])
})

const NOT_TAKEN: [string, string | Buffer, RegExp][] = [
  [
    'Python’s console exporter',
    '{\n "name": "x",\n "context": {"trace_id": "0x1"},\n "parent_id": null,\n "start_time": "2026-11-28"\n}',
    /Python’s console exporter prints it; use the OTLP exporter/,
  ],
  [
    'Go’s stdouttrace',
    '{"Name":"x","SpanContext":{"TraceID":"1"},"Parent":{}}',
    /Go’s stdouttrace prints it; use the OTLP exporter/,
  ],
  ['Chrome’s trace events', '{"traceEvents":[{"ph":"X"}]}', /Chrome’s format/],
  [
    'Zipkin’s first version',
    '[{"traceId":"1","id":"1","binaryAnnotations":[]}]',
    /Zipkin’s first version; use \/api\/v2/,
  ],
  [
    'Jaeger, nothing found',
    '{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}',
    /Jaeger’s API without a trace/,
  ],
  ['something else', '{"other":[1]}', /neither resourceSpans nor/],
  [
    'Zipkin with a time that is none',
    '[{"traceId":"1","id":"1","timestamp":"soon"}]',
    /timestamp is not a number of microseconds/,
  ],
  [
    'Jaeger with a span that is none',
    '{"data":[{"traceID":"1","spans":[7],"processes":{}}]}',
    /spans is not a list of objects/,
  ],
  [
    'Jaeger with an id that is none',
    '{"data":[{"traceID":"1","spans":[{"traceID":"x"}],"processes":{}}]}',
    /traceID is not up to 32 hexadecimal digits/,
  ],
]
test.each(NOT_TAKEN)('%s: not taken, and named', async (_, content, words) => {
  const { spans, rejected } = await taken(content)
  expect({ spans, rejected }).toEqual({ spans: 0, rejected: [{ request: 1, reason: expect.stringMatching(words) }] })
  expect(await names()).toEqual([])
})

const UNREADABLE: [string, string | Buffer, string, RegExp][] = [
  ['text that is none of it', 'hello\nworld {"user": 1}\n', 'NOT_OTLP', /is text without OTLP in it/],
  [
    'zstd, whatever the name',
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]),
    'UNSUPPORTED_COMPRESSION',
    /unpack it first/,
  ],
  ['UTF-16, as PowerShell writes it', Buffer.from(`${BOM}${line('a')}`, 'utf16le'), 'FILE_NOT_READABLE', /iconv/],
  ['gzip that breaks off', gzipSync(line('a')).subarray(0, 40), 'FILE_NOT_READABLE', /cannot be read/],
]
test.each(UNREADABLE)('%s: said, with what to do', async (_, content, code, words) => {
  await expect(taken(content)).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
})
