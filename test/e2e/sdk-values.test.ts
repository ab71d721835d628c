import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  ValueType,
} from '@opentelemetry/api'
import { SeverityNumber } from '@opentelemetry/api-logs'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, type ReadableLogRecord, type SdkLogRecord } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { ingestFile } from '@runspan/collector'
import {
  ClickHouseLogRecordExporter,
  ClickHouseMetricExporter,
  ClickHouseSpanExporter,
  SpoolLogRecordProcessor,
  SpoolSpanProcessor,
} from '@runspan/spool'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { forgetTelemetry, TELEMETRY_TABLES } from '../servers/stored-rows.ts'

let at: TestServer
let directory: string
beforeAll(async () => {
  at = await startTestServer()
  directory = mkdtempSync(join(tmpdir(), 'runspan-otlp-'))
})
afterAll(async () => {
  await at.stop()
  rmSync(directory, { recursive: true })
})
beforeEach(() => forgetTelemetry(at.clickhouse))

/** Returns all rows, sorted, each as text, and empties the tables. */
async function taken(): Promise<string[]> {
  await at.deliver()
  const rows: string[] = []
  for (const table of TELEMETRY_TABLES) {
    const found = await at.clickhouse.query<object>(
      `SELECT * FROM ${table}`,
      {},
      { output_format_json_quote_64bit_integers: 1, output_format_json_quote_denormals: 1 },
    )
    for (const row of found) rows.push(JSON.stringify({ table, ...row }, null, 1))
  }
  await forgetTelemetry(at.clickhouse)
  return rows.sort()
}

/** Returns the rows of serialized requests that went through OTLP, one a file. */
async function throughOtlp(...requests: (Uint8Array | undefined)[]): Promise<string[]> {
  for (const [i, request] of requests.entries()) {
    const file = join(directory, `${i}.otlp`)
    writeFileSync(file, request!)
    expect((await ingestFile(file, at.spool)).rejected).toEqual([])
  }
  return taken()
}

const resource = resourceFromAttributes(
  { 'service.name': 'värk 🚀', 'process.pid': 42, 'host.ratio': 0.25, flag: true, list: ['a', 'b'] },
  { schemaUrl: 'https://example.test/resource' },
)

const ATTRIBUTES = {
  text: 'plain',
  empty: '',
  unicode: 'ünï \u2028 \u0000 😀 </script>',
  lone: 'cut \ud83d here',
  long: 'x'.repeat(5000),
  int: 42,
  negative: -7,
  big: Number.MAX_SAFE_INTEGER,
  float: 0.1,
  tiny: 1e-7,
  small: 1.5e-300,
  yes: true,
  no: false,
  texts: ['a', '', 'ü"\\'],
  ints: [1, 2, 3],
  floats: [0.5, 12_345.5, -2.25],
  bools: [true, false],
  holes: ['a', null, undefined, 'b'],
  none: [],
}

/** Values of any depth, which the next SDK allows. Set by hand, because this SDK drops them. */
const NESTED = {
  map: { z: 1, a: { list: [1, 'two', { three: 3 }], nothing: null, absent: undefined } },
  bytes: new Uint8Array([0, 1, 254, 255]),
  mixed: [1, 'a', [true], { k: new Uint8Array([1]) }],
  missing: undefined,
  null: null,
  'astral 😀': 1,
  'private \ue000': 2,
}

interface Recorded {
  readonly spans: ReadableSpan[]
  readonly logs: ReadableLogRecord[]
}

/** Spans of every kind, status and shape, from the real SDK; they also go through `SpoolSpanProcessor`. */
function makeSpans(): Recorded['spans'] {
  const spans: ReadableSpan[] = []
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span: ReadableSpan) => void spans.push(span),
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  })
  const tracer = provider.getTracer('scope ü', '1.2.3', { schemaUrl: 'https://example.test/scope' })
  const remote = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    traceState: createTraceState('vendor=a,other=b'),
  })
  for (const kind of [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER]) {
    tracer.startSpan(`kind ${kind}`, { kind, startTime: [1_790_000_000, kind] }).end([1_790_000_001, 999_999_999])
  }
  for (const code of [SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR]) {
    const span = tracer.startSpan(`status ${code}`, {}, remote)
    span.setStatus({ code, message: 'why ü' })
    span.end()
  }
  const full = tracer.startSpan('full', {
    attributes: ATTRIBUTES,
    links: [
      { context: trace.getSpanContext(remote)!, attributes: ATTRIBUTES },
      { context: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 } },
    ],
  })
  full.addEvent('event', ATTRIBUTES, [1_790_000_000, 123])
  full.addEvent('', {}, [1_790_000_000, 0])
  full.recordException(new TypeError('bad ü'))
  full.end()
  const nested = tracer.startSpan('')
  nested.addEvent('nested')
  Object.assign((nested as unknown as ReadableSpan).attributes, NESTED)
  nested.end()
  tracer.startSpan('long', { startTime: [1_700_000_000, 1] }).end([1_790_000_000, 5])
  provider.getTracer('').startSpan('nameless scope').end()
  const odd = tracer.startSpan('odd')
  odd.end()
  Object.assign(odd, { kind: undefined, status: { code: 9 } })
  return spans
}

function makeLogs(): Recorded['logs'] {
  const logs: ReadableLogRecord[] = []
  const provider = new LoggerProvider({
    resource,
    processors: [
      {
        onEmit: (record: SdkLogRecord) => void logs.push(record),
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  })
  const logger = provider.getLogger('logs', '9', { schemaUrl: 'https://example.test/logs' })
  const context = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  })
  const bodies = [
    'text ü',
    '',
    7,
    0.5,
    true,
    ['a', 1, null],
    { z: [1], a: { b: 'c' } },
    new Uint8Array([1, 2]),
    null,
    undefined,
  ]
  for (const body of bodies) logger.emit({ body, timestamp: [1_790_000_000, 1] })
  logger.emit({ body: 'no time' })
  logger.emit({ body: 'in a span', context, severityNumber: SeverityNumber.ERROR2, severityText: 'ERROR' })
  logger.emit({ eventName: 'my.event', attributes: { ...ATTRIBUTES, ...NESTED, holes: ['a'] } })
  logger.emit({})
  return logs
}

class Reader extends MetricReader {
  async read(): Promise<ResourceMetrics> {
    const { resourceMetrics, errors } = await this.collect()
    if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be collected')
    return resourceMetrics
  }
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

async function makeMetrics(aggregationTemporality: AggregationTemporality): Promise<ResourceMetrics> {
  const reader = new Reader({ aggregationTemporalitySelector: () => aggregationTemporality })
  const provider = new MeterProvider({
    resource,
    readers: [reader],
    views: [
      { instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
      {
        instrumentName: 'no extremes',
        aggregation: {
          type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
          options: { boundaries: [1, 2], recordMinMax: false },
        },
      },
    ],
  })
  const meter = provider.getMeter('meters ü', '3', { schemaUrl: 'https://example.test/meters' })
  const sets = [{}, { 'http.method': 'GET', n: 1, ok: true, list: ['a'] }, { ünï: '😀', empty: '' }]
  for (const set of sets) {
    meter.createCounter('counter', { unit: '1', description: 'counts ü', valueType: ValueType.INT }).add(3, set)
    meter.createCounter('float counter', { valueType: ValueType.DOUBLE }).add(0.25, set)
    meter.createUpDownCounter('up down').add(-5, set)
    meter.createGauge('gauge', { unit: 'By' }).record(1e-7, set)
    for (const value of [0, 1, 7.5, 1e9]) meter.createHistogram('histogram', { unit: 's' }).record(value, set)
    meter.createHistogram('no extremes').record(5, set)
    for (const value of [0, 1e-9, 1, 2, 4, 1e9]) meter.createHistogram('exponential').record(value, set)
  }
  meter.createObservableCounter('observable counter').addCallback((result) => result.observe(10, sets[1]))
  meter.createObservableUpDownCounter('observable up down').addCallback((result) => result.observe(-2.5))
  meter.createObservableGauge('observable gauge').addCallback((result) => {
    result.observe(Number.MAX_SAFE_INTEGER)
    result.observe(-0.125, sets[2])
  })
  const metrics = await reader.read()
  await provider.shutdown()
  return metrics
}

test('spans and logs of the SDK are stored as the way through OTLP stores them', async () => {
  const spans = makeSpans()
  const logs = makeLogs()
  const spanProcessor = new SpoolSpanProcessor(at.spool)
  const logProcessor = new SpoolLogRecordProcessor(at.spool)
  for (const span of spans) spanProcessor.onEnd(span)
  for (const record of logs) logProcessor.onEmit(record)
  const processed = await taken()
  expect(processed).toHaveLength(spans.length + logs.length)
  expect(at.spool.losses.counts.size).toBe(0)

  expect(processed).toEqual(
    await throughOtlp(JsonTraceSerializer.serializeRequest(spans), JsonLogsSerializer.serializeRequest(logs)),
  )
  expect(processed).toEqual(
    await throughOtlp(ProtobufTraceSerializer.serializeRequest(spans), ProtobufLogsSerializer.serializeRequest(logs)),
  )

  const codes: number[] = []
  new ClickHouseSpanExporter(at.spool).export(spans, ({ code }) => codes.push(code))
  new ClickHouseLogRecordExporter(at.spool).export(logs, ({ code }) => codes.push(code))
  expect(codes).toEqual([0, 0])
  expect(await taken()).toEqual(processed)
})

test('numbers that JSON cannot hold are stored as the way through protobuf stores them', async () => {
  const [span] = makeSpans()
  const numbers = { nan: Number.NaN, more: Infinity, less: -Infinity, list: [1.5, Number.NaN], deep: { a: Infinity } }
  const spans = [{ ...copyOf(span!), attributes: numbers as never }]
  for (const one of spans) new SpoolSpanProcessor(at.spool).onEnd(one)
  const processed = await taken()
  expect(processed[0]).toContain('"more": "Infinity"')
  expect(processed).toEqual(await throughOtlp(ProtobufTraceSerializer.serializeRequest(spans)))
})

test.each([
  ['cumulative', AggregationTemporality.CUMULATIVE],
  ['delta', AggregationTemporality.DELTA],
])('%s metrics of the SDK are stored as the way through OTLP stores them', async (_, temporality) => {
  const metrics = await makeMetrics(temporality)
  new ClickHouseMetricExporter(at.spool).export(metrics, ({ code }) => expect(code).toBe(0))
  const exported = await taken()
  expect(exported.length).toBeGreaterThan(20)
  expect(exported).toEqual(await throughOtlp(JsonMetricsSerializer.serializeRequest(metrics)))
  expect(exported).toEqual(await throughOtlp(ProtobufMetricsSerializer.serializeRequest(metrics)))
})

test('spans that are not sampled are not stored', async () => {
  const processor = new SpoolSpanProcessor(at.spool)
  const [span] = makeSpans()
  processor.onEnd({ ...copyOf(span!), spanContext: () => ({ ...span!.spanContext(), traceFlags: TraceFlags.NONE }) })
  expect(await taken()).toEqual([])
})

/** Returns a span as an object of plain fields, so that single ones can be made invalid. */
function copyOf(span: ReadableSpan): ReadableSpan {
  const { name, kind, startTime, endTime, duration, status, attributes, events, links, instrumentationScope } = span
  const rest = {
    resource: span.resource,
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
  const own = {
    name,
    kind,
    startTime,
    endTime,
    duration,
    status,
    attributes,
    events,
    links,
    instrumentationScope,
    ...rest,
  }
  return { ...own, spanContext: () => span.spanContext() }
}

test('spans that cannot be read are counted, throw nothing, and shift nothing', async () => {
  const [span] = makeSpans()
  const good = copyOf(span!)
  const counted = (): number => at.spool.losses.counts.get('not encodable')?.rows ?? 0
  const bad: Record<string, unknown>[] = [
    { spanContext: () => ({ traceId: 7, spanId: {}, traceFlags: 1 }) },
    { spanContext: () => ({ ...span!.spanContext(), traceState: { serialize: () => 5 } }) },
    { links: [{}] },
    { events: [{ name: 'late', time: undefined, attributes: {} }] },
    {
      events: [
        { name: 'fine', time: [1, 1] },
        { name: { toString: () => 5 / (null as never), [Symbol.toPrimitive]: 5 }, time: [1, 1] },
      ],
    },
    { status: null },
    { startTime: undefined },
    { name: Symbol('name').description === undefined ? '' : { toString: null, valueOf: null } },
    { instrumentationScope: { name: 5 } },
    {
      attributes: {
        get cruel(): string {
          throw new Error('no')
        },
      },
    },
  ]
  const processor = new SpoolSpanProcessor(at.spool)
  const before = counted()
  processor.onEnd({ ...good, name: 'first' })
  for (const change of bad) {
    processor.onEnd({ ...good, ...change } as ReadableSpan)
    processor.onEnd({ ...good, name: 'between', attributes: { a: 'b', n: 1 } })
  }
  const odd: Record<string, unknown>[] = [
    { name: undefined, kind: 77, status: { code: -1 } },
    { duration: [-5, -7] },
    { duration: [0, -7] },
    { duration: [Number.NaN, 0] },
    { startTime: [Number.POSITIVE_INFINITY, 0] },
    { attributes: { f: () => 1, s: Symbol('s'), d: new Date(0), u: undefined } },
  ]
  for (const change of odd) processor.onEnd({ ...good, ...change } as ReadableSpan)
  expect(counted() - before).toBe(bad.length)
  await at.deliver()
  const rows = await at.clickhouse.query(
    `SELECT SpanName AS name, SpanKind AS kind, toString(Duration) AS duration, ServiceName AS service, SpanAttributes AS attributes, count() AS n
    FROM otel_traces GROUP BY ALL ORDER BY ALL`,
  )
  const service = 'värk 🚀'
  const plain = { name: 'kind 0', kind: 'Internal', service, attributes: {} }
  const whole = '1999999999'
  const expected = [
    { ...plain, name: '', kind: '', duration: whole, n: 1 },
    { ...plain, name: 'between', duration: whole, attributes: { a: 'b', n: '1' }, n: bad.length },
    { ...plain, name: 'first', duration: whole, n: 1 },
    { ...plain, duration: '0', n: 3 },
    { ...plain, duration: whole, n: 1 },
    { ...plain, duration: whole, attributes: { d: '{}', f: '', s: '', u: '' }, n: 1 },
  ]
  expect(rows).toHaveLength(expected.length)
  expect(rows).toEqual(expect.arrayContaining(expected))
})

test('attributes that detectors bring later are on the spans that end later', async () => {
  let settle: (value: string) => void = () => undefined
  const late = resourceFromAttributes({
    'service.name': 'late',
    'host.id': new Promise<string>((resolve) => (settle = resolve)) as never,
  })
  const provider = new BasicTracerProvider({ resource: late, spanProcessors: [new SpoolSpanProcessor(at.spool)] })
  provider.getTracer('t').startSpan('before').end()
  settle('machine 7')
  await late.waitForAsyncAttributes?.()
  provider.getTracer('t').startSpan('after').end()
  await at.deliver()
  const rows = await at.clickhouse.query(
    `SELECT SpanName AS name, ResourceAttributes['host.id'] AS host FROM otel_traces ORDER BY name`,
  )
  expect(rows).toEqual([
    { name: 'after', host: 'machine 7' },
    { name: 'before', host: '' },
  ])
})

test('recorded files are taken whole', async () => {
  expect(await ingestFile(fixture('otelcol/sdk-js.jsonl'), at.spool)).toMatchObject({ spans: 315, rejected: [] })
  const { spans, logs, metrics, rejected } = await ingestFile(fixture('otelcol/telemetrygen.jsonl'), at.spool)
  expect(rejected).toEqual([])
  await at.deliver()
  const [counts] = await at.clickhouse.query<Record<string, number>>(
    `SELECT (SELECT count() FROM otel_traces) AS spans, (SELECT count() FROM otel_logs) AS logs,
      ${TELEMETRY_TABLES.slice(2)
        .map((table) => `(SELECT count() FROM ${table})`)
        .join(' + ')} AS metrics`,
  )
  expect(counts).toEqual({ spans: 315 + spans, logs, metrics })
  const rows = await at.clickhouse.query(
    `SELECT SpanName AS name, SpanKind AS kind, ServiceName AS service, ScopeName AS scope, toString(Timestamp) AS start,
      toString(Duration) AS duration, SpanAttributes['workflow.name'] AS workflow FROM otel_traces WHERE SpanId = 'f4ec7c7871ad5e48'`,
  )
  expect(rows).toEqual([
    {
      name: 'task-1',
      kind: 'Internal',
      service: 'orders',
      scope: 'runspan',
      start: '2026-11-24 02:24:59.656000000',
      duration: '97126',
      workflow: 'workflow 0',
    },
  ])
  const log = await at.clickhouse.query(
    `SELECT Body AS body, SeverityText AS severity, LogAttributes AS attributes FROM otel_logs ORDER BY Timestamp LIMIT 1`,
  )
  expect(log).toEqual([{ body: 'a log line', severity: 'Info', attributes: { app: 'server' } }])
})

test('protobuf in one request a file, behind lengths, and compressed', async () => {
  const request = Buffer.from(ProtobufTraceSerializer.serializeRequest(makeSpans().slice(0, 4))!)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(request.length)
  const files: Record<string, Buffer> = {
    'whole.binpb': request,
    'lengths.binpb': Buffer.concat([length, request, length, request]),
    'whole.binpb.gz': gzipSync(request),
    'lengths.binpb.gz': gzipSync(Buffer.concat([length, request, length, request])),
  }
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(directory, name), bytes)
    const spans = name.startsWith('whole') ? 4 : 8
    expect(await ingestFile(join(directory, name), at.spool)).toEqual({
      spans,
      metrics: 0,
      logs: 0,
      rejected: [],
      endedEarly: null,
    })
  }
  await at.deliver()
  const rows = await at.clickhouse.query(
    'SELECT SpanName AS name, count() AS n FROM otel_traces GROUP BY name ORDER BY name',
  )
  expect(rows).toEqual([0, 1, 2, 3].map((kind) => ({ name: `kind ${kind}`, n: 6 })))
})

test('a file that breaks off: what came before is counted and stored, once', async () => {
  const line = `${Buffer.from(JsonTraceSerializer.serializeRequest(makeSpans().slice(0, 4))!).toString()}\n`
  const path = join(directory, 'cut.jsonl.gz')
  const whole = gzipSync(line.repeat(5000))
  writeFileSync(path, whole.subarray(0, Math.floor(whole.length * 0.8)))
  const { spans, endedEarly } = await ingestFile(path, at.spool)
  expect(spans).toBeGreaterThan(0)
  expect(endedEarly?.code).toBe('FILE_NOT_READABLE')
  await at.deliver()
  expect(await at.clickhouse.query('SELECT toUInt32(count()) AS n FROM otel_traces')).toEqual([{ n: spans }])
})

test('invalid ids and times: the request is left out and named', async () => {
  const good = JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest(makeSpans().slice(0, 1))!).toString()) as {
    resourceSpans: [{ scopeSpans: [{ spans: [Record<string, unknown>] }] }]
  }
  const span = good.resourceSpans[0].scopeSpans[0].spans[0]
  const lines = [
    {},
    { traceId: 'xyz' },
    { spanId: '0102' },
    { startTimeUnixNano: 'banana' },
    { endTimeUnixNano: {} },
  ].map((wrong) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, ...wrong }] }] }] }))
  const path = join(directory, 'wrong.jsonl')
  writeFileSync(path, lines.join('\n'))
  const { spans, rejected } = await ingestFile(path, at.spool)
  expect(spans).toBe(1)
  expect(rejected.map(({ request }) => request)).toEqual([2, 3, 4, 5])
})
