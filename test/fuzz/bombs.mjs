/*
 * Bodies of few bytes that become many records, or much memory: a few bytes each stand for a record, a list element or an
 * attribute. They are valid otherwise, so a receiver must store them completely or answer that they are too large.
 */

const NAMES = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
}
const MOST_ELEMENTS = 300_000

const wrap = ([resources, scopes, records], resource, content) =>
  `{"${resources}":[{"resource":${resource},"${scopes}":[{"${records}":[${content}]}]}]}`
const times = (count, text) => Array(count).fill(text).join(',')
const ATTRIBUTE = '{"key":"k","value":{"intValue":"1"}}'

const JSON_BOMBS = {
  records: (names, count) => wrap(names, '{}', times(count, '{}')),
  scopes: ([resources, scopes], count) => `{"${resources}":[{"${scopes}":[${times(count, '{}')}]}]}`,
  resources: ([resources], count) => `{"${resources}":[${times(count, '{}')}]}`,
  attributes: (names, count) => wrap(names, '{}', `{"attributes":[${times(count, ATTRIBUTE)}]}`),
  /** Parts that are stored with every record. */
  resource: (names, count) =>
    wrap(
      names,
      `{"attributes":[{"key":"k","value":{"stringValue":"${'x'.repeat(10_000)}"}}]}`,
      times(Math.ceil(count / 10), names[2] === 'metrics' ? '{"gauge":{"dataPoints":[{}]}}' : '{}'),
    ),
  parts: (names, count) =>
    wrap(names, '{}', `{"events":[${times(count, '{}')}],"gauge":{"dataPoints":[${times(count, '{}')}]}}`),
  numbers: (names, count) =>
    wrap(names, '{}', `{"histogram":{"dataPoints":[{"bucketCounts":[${times(count, '1')}]}]}}`),
}

/** Returns a JSON body for a signal. */
export function jsonBomb(signal, random) {
  const kinds = Object.values(JSON_BOMBS)
  return Buffer.from(kinds[random(kinds.length)](NAMES[signal], 1 + random(MOST_ELEMENTS)))
}

function varint(number) {
  const bytes = []
  for (let rest = number; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest & 127) | 128)
  }
}
const field = (number, content) => Buffer.concat([varint((number << 3) | 2), varint(content.length), content])
const repeat = (count, bytes) => Buffer.alloc(count * bytes.length, bytes)
const EMPTY = Buffer.alloc(0)
/** Request → resource (1) → scope (2) → record (2), the same in the three signals. */
const inScope = (content, resource = EMPTY) => field(1, Buffer.concat([resource, field(2, content)]))
const text = (value) => field(1, Buffer.from(value))

/** Field numbers of a record's attributes, and of its repeated parts: events of a span, points of a gauge. */
const ATTRIBUTES = { traces: 9, logs: 6, metrics: 12 }
const PARTS = {
  traces: (count) => repeat(count, field(11, EMPTY)),
  logs: (count) => repeat(count, field(6, EMPTY)),
  metrics: (count) => field(5, repeat(count, field(1, EMPTY))),
}

const PROTOBUF_BOMBS = {
  records: (signal, count) => inScope(repeat(count, field(2, EMPTY))),
  scopes: (signal, count) => field(1, repeat(count, field(2, EMPTY))),
  resources: (signal, count) => repeat(count, field(1, EMPTY)),
  attributes: (signal, count) =>
    inScope(field(2, repeat(count, field(ATTRIBUTES[signal], Buffer.concat([text('k'), field(2, text('v'))]))))),
  resource: (signal, count) =>
    inScope(
      repeat(Math.ceil(count / 10), field(2, signal === 'metrics' ? PARTS.metrics(1) : EMPTY)),
      field(1, field(1, Buffer.concat([text('k'), field(2, text('x'.repeat(10_000)))]))),
    ),
  parts: (signal, count) => inScope(field(2, PARTS[signal](count))),
}

/** Returns a protobuf body for a signal. */
export function protobufBomb(signal, random) {
  const kinds = Object.values(PROTOBUF_BOMBS)
  return kinds[random(kinds.length)](signal, 1 + random(MOST_ELEMENTS))
}
