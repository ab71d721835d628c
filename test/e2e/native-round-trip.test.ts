import {
  AttributePairs,
  type Attributes,
  type LogRow,
  type PointRow,
  type Source,
  type SpanRow,
  type Time,
} from '@runspan/spool'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { forgetTelemetry, TELEMETRY_TABLES } from '../servers/stored-rows.ts'
import { fc } from './fast-check.ts'

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

/** Any text: of any characters, of halves of them, short, and longer than what the writer encodes byte by byte. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('\ud800', '\udc00', '\ud83d\ude00', 'é', '\u2028', '\0', 'a'), maxLength: 8 }),
  fc.string({ minLength: 90, maxLength: 300 }),
  fc.constantFrom('', 'x'.repeat(127), 'x'.repeat(128), 'é'.repeat(64), 'x'.repeat(16_400)),
)
const float = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1, Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, 5e-324),
)
const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.maxSafeNat(),
  fc.constantFrom(0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER, 2n ** 63n, 2n ** 64n - 1n),
)
const uint32 = fc.oneof(fc.nat({ max: 2 ** 32 - 1 }), fc.constantFrom(0, 2 ** 32 - 1))
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const byte = fc.nat({ max: 255 })
/** Within thirty days, since an insert may touch a hundred. */
const time = fc.tuple(fc.integer({ min: 1_790_000_000, max: 1_792_592_000 }), fc.nat({ max: 999_999_999 }))
const scalar = fc.oneof(text, float, fc.boolean(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
/** Pairs of a key and a value; keys are unique, as in objects. */
const pairs = fc.uniqueArray(
  fc.tuple(
    text.map((key) => key.toWellFormed()),
    scalar,
  ),
  { selector: ([key]) => key, maxLength: 5 },
)
type Pairs = readonly (readonly [string, unknown])[]

/** Returns an object, or a list of pairs: the encoder handles them differently. */
function attributes(list: Pairs, asPairs: boolean): Attributes {
  if (!asPairs) return Object.fromEntries(list.filter(([key]) => key !== '__proto__'))
  const result = new AttributePairs()
  for (const [key, value] of list) if (key !== '__proto__') result.add(key, value)
  return result
}

/** Returns the expected map, without the encoder. */
function mapOf(list: Pairs): [string[], string[]] {
  const sorted = list
    .filter(([key]) => key !== '__proto__')
    .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return [sorted.map(([key]) => key), sorted.map(([, value]) => plain(value))]
}

const plain = (value: unknown): string =>
  typeof value === 'string' ? value.toWellFormed() : Object.is(value, -0) ? '-0' : String(value)
const nanoseconds = ([seconds, rest]: Time): string => String(BigInt(seconds) * 1_000_000_000n + BigInt(rest))
const seconds = ([whole]: Time): string => String(whole)
const number = (value: number): string =>
  Number.isNaN(value)
    ? 'nan'
    : value === Infinity
      ? 'inf'
      : value === -Infinity
        ? '-inf'
        : String(Object.is(value, -0) ? 0 : value)

interface RawSource {
  resource: Pairs
  scope: Pairs
  texts: readonly [string, string, string, string, string]
  dropped: number
}
const source: fc.Arbitrary<RawSource> = fc.record({
  resource: pairs,
  scope: pairs,
  texts: fc.tuple(text, text, text, text, text),
  dropped: uint32,
})

function sourceRow({ resource, scope, texts, dropped }: RawSource, asPairs: boolean): Source {
  const [serviceName, resourceSchemaUrl, scopeName, scopeVersion, scopeSchemaUrl] = texts
  return {
    resource: attributes(resource, asPairs),
    serviceName,
    resourceSchemaUrl,
    scopeName,
    scopeVersion,
    scopeAttributes: attributes(scope, asPairs),
    scopeDroppedAttributes: dropped,
    scopeSchemaUrl,
  }
}

const shape = {
  source,
  attributes: pairs,
  asPairs: fc.boolean(),
  time,
  start: time,
  flags: uint32,
  texts: fc.tuple(text, text, text, text, text),
  value: float,
  counts: fc.array(uint64, { maxLength: 6 }),
  floats: fc.array(float, { maxLength: 6 }),
  count: uint64,
  totals: fc.tuple(float, float, float),
  integers: fc.tuple(int32, int32, int32, int32),
  monotonic: fc.boolean(),
  bytes: fc.tuple(byte, byte),
  parts: fc.array(fc.record({ time, texts: fc.tuple(text, text, text), attributes: pairs, value: float }), {
    maxLength: 4,
  }),
}
const record = fc.record(shape)
type Raw = Parameters<Parameters<typeof record.map>[0]>[0]

const spanRow = (raw: Raw, id: string): SpanRow => ({
  source: sourceRow(raw.source, raw.asPairs),
  start: raw.start,
  duration: raw.count,
  traceId: raw.texts[0],
  spanId: id,
  parentSpanId: raw.texts[1],
  traceState: raw.texts[2],
  name: raw.texts[3],
  kind: raw.texts[4],
  attributes: attributes(raw.attributes, raw.asPairs),
  statusCode: raw.texts[1],
  statusMessage: raw.texts[2],
  events: raw.parts.map((part) => ({
    time: part.time,
    name: part.texts[0],
    attributes: attributes(part.attributes, raw.asPairs),
  })),
  links: raw.parts.map((part) => ({
    traceId: part.texts[0],
    spanId: part.texts[1],
    traceState: part.texts[2],
    attributes: attributes(part.attributes, raw.asPairs),
  })),
})

const logRow = (raw: Raw, id: string): LogRow => ({
  source: sourceRow(raw.source, raw.asPairs),
  time: raw.time,
  traceId: raw.texts[0],
  spanId: id,
  flags: raw.bytes[0],
  severityText: raw.texts[1],
  severityNumber: raw.bytes[1],
  body: raw.texts[2],
  attributes: attributes(raw.attributes, raw.asPairs),
  eventName: raw.texts[3],
})

const pointRow = (raw: Raw, id: string): PointRow => ({
  source: sourceRow(raw.source, raw.asPairs),
  name: raw.texts[0],
  description: id,
  unit: raw.texts[1],
  attributes: attributes(raw.attributes, raw.asPairs),
  start: raw.start,
  time: raw.time,
  flags: raw.flags,
  exemplars: raw.parts.map((part) => ({
    attributes: attributes(part.attributes, raw.asPairs),
    time: part.time,
    value: part.value,
    spanId: part.texts[0],
    traceId: part.texts[1],
  })),
})

function addAll(raw: Raw, id: string): void {
  const point = pointRow(raw, id)
  const [sum, min, max] = raw.totals
  const distribution = { ...point, count: raw.count, sum, min, max, temporality: raw.integers[0] }
  const [temporality, scale, positiveOffset, negativeOffset] = raw.integers
  at.spool.add('otel_traces', spanRow(raw, id))
  at.spool.add('otel_logs', logRow(raw, id))
  at.spool.add('otel_metrics_gauge', { ...point, value: raw.value })
  at.spool.add('otel_metrics_sum', { ...point, value: raw.value, temporality, monotonic: raw.monotonic })
  at.spool.add('otel_metrics_histogram', {
    ...distribution,
    bucketCounts: raw.counts,
    bounds: raw.floats,
  })
  at.spool.add('otel_metrics_exponential_histogram', {
    ...distribution,
    scale,
    zeroCount: raw.count,
    positiveOffset,
    positiveCounts: raw.counts,
    negativeOffset,
    negativeCounts: raw.counts.toReversed(),
  })
  at.spool.add('otel_metrics_summary', {
    ...point,
    count: raw.count,
    sum,
    quantiles: raw.floats.map((value) => ({ quantile: value, value: -value })),
  })
}

/**
 * Returns SQL of a column as comparable text: maps as keys and values, times in nanoseconds or seconds, all numbers as text.
 */
function selected(name: string, type: string): string {
  const column = `\`${name}\``
  if (type.startsWith('Map')) return `[mapKeys(${column}), mapValues(${column})] AS ${column}`
  if (type.startsWith('Array(Map')) return `arrayMap(m -> [mapKeys(m), mapValues(m)], ${column}) AS ${column}`
  if (type === 'DateTime64(9)') return `toString(toUnixTimestamp64Nano(${column})) AS ${column}`
  if (type === 'Array(DateTime64(9))')
    return `arrayMap(t -> toString(toUnixTimestamp64Nano(t)), ${column}) AS ${column}`
  if (type === 'DateTime') return `toString(toUnixTimestamp(${column})) AS ${column}`
  if (type === 'Array(DateTime)') return `arrayMap(t -> toString(toUnixTimestamp(t)), ${column}) AS ${column}`
  if (type === 'Bool') return `toUInt8(${column}) AS ${column}`
  return column
}

async function stored(table: string, id: string): Promise<Map<string, Record<string, unknown>>> {
  const columns = await at.clickhouse.query<{ name: string; type: string }>(
    `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} AND default_kind = ''`,
    { table },
  )
  const rows = await at.clickhouse.query<Record<string, unknown>>(
    `SELECT ${columns.map(({ name, type }) => selected(name, type)).join(', ')} FROM ${table}`,
    {},
    { output_format_json_quote_64bit_integers: 1, output_format_json_quote_denormals: 1 },
  )
  return new Map(rows.map((row) => [String(row[id]), row]))
}

const wellFormed = (...texts: string[]): string[] => texts.map((one) => one.toWellFormed())
/** Numbers as ClickHouse prints them in JSON, without a sign for zero. */
const floatOf = (value: number): number | string =>
  Number.isFinite(value) ? (Object.is(value, -0) ? 0 : value) : number(value)
/** `-0` is stored as `-0`, which every reader sees as `0`. */
const readFloat = (value: unknown): unknown => (Object.is(value, -0) ? 0 : value === '-nan' ? 'nan' : value)

function expectedSource({ resource, scope, texts, dropped }: RawSource): Record<string, unknown> {
  const [ServiceName, ResourceSchemaUrl, ScopeName, ScopeVersion, ScopeSchemaUrl] = wellFormed(...texts)
  return {
    ServiceName,
    ResourceAttributes: mapOf(resource),
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes: mapOf(scope),
    ScopeSchemaUrl,
    ScopeDroppedAttrCount: dropped,
  }
}

function expectedSpan(raw: Raw, id: string): Record<string, unknown> {
  const [a, b, c, d, e] = wellFormed(...raw.texts)
  return {
    ...expectedSource(raw.source),
    Timestamp: nanoseconds(raw.start),
    Duration: String(raw.count),
    TraceId: a,
    SpanId: id,
    ParentSpanId: b,
    TraceState: c,
    SpanName: d,
    SpanKind: e,
    SpanAttributes: mapOf(raw.attributes),
    StatusCode: b,
    StatusMessage: c,
    'Events.Timestamp': raw.parts.map((part) => nanoseconds(part.time)),
    'Events.Name': raw.parts.map((part) => part.texts[0].toWellFormed()),
    'Events.Attributes': raw.parts.map((part) => mapOf(part.attributes)),
    'Links.TraceId': raw.parts.map((part) => part.texts[0].toWellFormed()),
    'Links.SpanId': raw.parts.map((part) => part.texts[1].toWellFormed()),
    'Links.TraceState': raw.parts.map((part) => part.texts[2].toWellFormed()),
    'Links.Attributes': raw.parts.map((part) => mapOf(part.attributes)),
  }
}

function expectedLog(raw: Raw, id: string): Record<string, unknown> {
  const [a, b, c, d] = wellFormed(...raw.texts)
  return {
    ...expectedSource(raw.source),
    Timestamp: nanoseconds(raw.time),
    TraceId: a,
    SpanId: id,
    TraceFlags: raw.bytes[0],
    SeverityText: b,
    SeverityNumber: raw.bytes[1],
    Body: c,
    LogAttributes: mapOf(raw.attributes),
    EventName: d,
  }
}

/** Returns all columns that any metric table may have; those that a table lacks are ignored. */
function expectedPoint(raw: Raw, id: string): Record<string, unknown> {
  const [sum, min, max] = raw.totals.map(floatOf)
  const [AggregationTemporality, Scale, PositiveOffset, NegativeOffset] = raw.integers
  const counts = raw.counts.map(String)
  return {
    ...expectedSource(raw.source),
    MetricName: raw.texts[0].toWellFormed(),
    MetricDescription: id,
    MetricUnit: raw.texts[1].toWellFormed(),
    Attributes: mapOf(raw.attributes),
    StartTimeUnix: seconds(raw.start),
    TimeUnix: seconds(raw.time),
    Flags: raw.flags,
    Value: floatOf(raw.value),
    Count: String(raw.count),
    Sum: sum,
    Min: min,
    Max: max,
    AggregationTemporality,
    IsMonotonic: raw.monotonic ? 1 : 0,
    BucketCounts: counts,
    ExplicitBounds: raw.floats.map(floatOf),
    Scale,
    ZeroCount: String(raw.count),
    PositiveOffset,
    NegativeOffset,
    PositiveBucketCounts: counts,
    NegativeBucketCounts: counts.toReversed(),
    'ValueAtQuantiles.Quantile': raw.floats.map(floatOf),
    'ValueAtQuantiles.Value': raw.floats.map((value) => floatOf(-value)),
    'Exemplars.FilteredAttributes': raw.parts.map((part) => mapOf(part.attributes)),
    'Exemplars.TimeUnix': raw.parts.map((part) => seconds(part.time)),
    'Exemplars.Value': raw.parts.map((part) => floatOf(part.value)),
    'Exemplars.SpanId': raw.parts.map((part) => part.texts[0].toWellFormed()),
    'Exemplars.TraceId': raw.parts.map((part) => part.texts[1].toWellFormed()),
  }
}

const FLOATS = /^(Value|Sum|Min|Max|ExplicitBounds|Exemplars\.Value|ValueAtQuantiles\..*)$/

async function expectStored(records: readonly Raw[]): Promise<void> {
  for (const table of TELEMETRY_TABLES) {
    const id = table === 'otel_traces' || table === 'otel_logs' ? 'SpanId' : 'MetricDescription'
    const expectedOf = table === 'otel_traces' ? expectedSpan : table === 'otel_logs' ? expectedLog : expectedPoint
    const rows = await stored(table, id)
    expect(rows.size, table).toBe(records.length)
    for (const [i, raw] of records.entries()) {
      const row = rows.get(String(i))!
      const expected = expectedOf(raw, String(i))
      for (const [name, value] of Object.entries(row)) {
        const read = !FLOATS.test(name) ? value : Array.isArray(value) ? value.map(readFloat) : readFloat(value)
        expect(read, `${table}.${name}`).toEqual(expected[name])
      }
    }
  }
}

test('random rows of every table come back as they went in, in one block and in several', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), fc.nat({ max: 7 }), async (records, every) => {
      await forgetTelemetry(at.clickhouse)
      for (const [i, raw] of records.entries()) {
        addAll(raw, String(i))
        if (every > 0 && i % every === 0) at.spool.flush()
      }
      await at.deliver()
      await expectStored(records)
    }),
    { numRuns: 5 },
  )
})

const nobody: Source = {
  resource: {},
  serviceName: '',
  resourceSchemaUrl: '',
  scopeName: '',
  scopeVersion: '',
  scopeAttributes: {},
  scopeDroppedAttributes: 0,
  scopeSchemaUrl: '',
}
const emptySpan: SpanRow = {
  source: nobody,
  start: [1_790_000_000, 0],
  duration: 0,
  traceId: 'a',
  spanId: '0',
  parentSpanId: '',
  traceState: '',
  name: '',
  kind: '',
  attributes: {},
  statusCode: '',
  statusMessage: '',
  events: [],
  links: [],
}

test.each([256, 257, 65_536, 70_000])('%d distinct keys and names in one block', async (count) => {
  await forgetTelemetry(at.clickhouse)
  const keys = Array.from({ length: count }, (_, i) => `key ${i}`)
  const attributeSet = Object.fromEntries(keys.map((key, i) => [key, i]))
  const events = keys.map((name): SpanRow['events'][number] => ({ time: [1_790_000_000, 1], name, attributes: {} }))
  at.spool.add('otel_traces', { ...emptySpan, spanId: 'before' })
  at.spool.add('otel_traces', { ...emptySpan, attributes: attributeSet, events })
  at.spool.add('otel_traces', { ...emptySpan, spanId: 'after', name: 'after', attributes: { 'key 1': 'other' } })
  await at.deliver()
  const rows = await at.clickhouse.query(
    `SELECT SpanId AS id, SpanName AS name, length(SpanAttributes) AS keys, length(Events.Name) AS events,
      arrayAll((key, value) -> key = concat('key ', value), mapKeys(SpanAttributes), mapValues(SpanAttributes)) AS agree,
      arrayAll((event, i) -> event = concat('key ', toString(i - 1)), Events.Name, arrayEnumerate(Events.Name)) AS ordered
    FROM otel_traces ORDER BY SpanId`,
  )
  expect(rows).toEqual([
    { id: '0', name: '', keys: count, events: count, agree: 1, ordered: 1 },
    { id: 'after', name: 'after', keys: 1, events: 0, agree: 0, ordered: 1 },
    { id: 'before', name: '', keys: 0, events: 0, agree: 1, ordered: 1 },
  ])
})

test('times at and beyond the ends of what the tables can hold', async () => {
  await forgetTelemetry(at.clickhouse)
  const times: [string, Time][] = [
    ['1970', [0, 0]],
    ['1', [0, 1]],
    ['last', [9_223_372_035, 999_999_999]],
    ['beyond', [9_300_000_000, 5]],
    ['before', [-1, 5]],
    ['none', [Number.NaN, Number.NaN]],
  ]
  for (const [spanId, start] of times) at.spool.add('otel_traces', { ...emptySpan, spanId, start })
  await at.deliver()
  const rows = await at.clickhouse.query<{ id: string; t: string }>(
    'SELECT SpanId AS id, toString(toUnixTimestamp64Nano(Timestamp)) AS t FROM otel_traces',
  )
  expect(Object.fromEntries(rows.map(({ id, t }) => [id, t]))).toEqual({
    '1970': '0',
    '1': '1',
    last: '9223372035999999999',
    beyond: '9223372035000000000',
    before: '0',
    none: '0',
  })
})
