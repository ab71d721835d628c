import { type Receiver, startReceiver } from '@runspan/collector'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { EVERY_FIELD, type Signal, SIGNALS } from '../fuzz/bodies.mjs'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { canonical, forgetTelemetry, storedRows, TELEMETRY_TABLES } from '../servers/stored-rows.ts'
import { EARLIER_FORMS, FORMS } from './json-forms.ts'

/* Forms of OTLP/JSON: accepted with every value, or refused; never answered 200 with nothing stored. */

let at: TestServer
let receiver: Receiver
beforeAll(async () => {
  at = await startTestServer()
  receiver = await startReceiver({ spool: at.spool, httpPort: 0, grpcPort: null })
})
afterAll(async () => {
  await receiver.close()
  await at.stop()
})

async function post(signal: Signal, body: string): Promise<{ status: number; message: string }> {
  const response = await fetch(`${receiver.httpUrl}/v1/${signal}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  })
  const { message = '' } = (await response.json()) as { message?: string }
  return { status: response.status, message }
}

/** Returns all stored rows, and empties the tables. */
async function stored(): Promise<string[]> {
  await at.deliver()
  const rows = await Promise.all(TELEMETRY_TABLES.map((table) => storedRows(at.clickhouse, table)))
  await forgetTelemetry(at.clickhouse)
  return canonical(rows.flat())
}

test.each(SIGNALS)('%s: every form stores what the request of the specification stores', async (signal) => {
  expect(await post(signal, JSON.stringify(EVERY_FIELD[signal]))).toEqual({ status: 200, message: '' })
  const expected = await stored()
  expect(expected.length).toBeGreaterThan(0)
  for (const [form, write] of Object.entries({ ...FORMS, ...EARLIER_FORMS })) {
    expect(await post(signal, write(EVERY_FIELD[signal])), form).toEqual({ status: 200, message: '' })
    expect(await stored(), form).toEqual(expected)
  }
})

test('an integer of 64 bits that is written as a number keeps its digits', async () => {
  const span = `{"traceId":"${'a'.repeat(32)}","spanId":"${'b'.repeat(16)}","name":"\\"x\\": 12345678901234567",
    "startTimeUnixNano":1795866669169123457,"endTimeUnixNano": 1795866669169124458 ,
    "attributes":[{"key":"big","value":{"intValue":9007199254740993}},{"key":"least","value":{"intValue":-9223372036854775808}},
      {"key":"ratio","value":{"doubleValue":0.12345678901234567}},{"key":"power","value":{"doubleValue":1234567890123456789e2}}]}`
  expect(await post('traces', `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`)).toMatchObject({
    status: 200,
  })
  await at.deliver()
  const [row] = await at.clickhouse.query(
    `SELECT toString(toUnixTimestamp64Nano(Timestamp)) AS start, toString(Duration) AS duration, SpanName AS name, SpanAttributes AS attributes FROM otel_traces`,
  )
  expect(row).toEqual({
    start: '1795866669169123457',
    duration: '1001',
    name: '"x": 12345678901234567',
    attributes: {
      big: '9007199254740993',
      least: '-9223372036854775808',
      ratio: '0.12345678901234566',
      power: '123456789012345680000',
    },
  })
  await forgetTelemetry(at.clickhouse)
})

const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'x', startTimeUnixNano: '1795866669169123457' }
const REFUSED: [string, Signal, object, string][] = [
  ['another signal', 'traces', EVERY_FIELD.logs, 'it has no resourceSpans, but "resourceLogs"'],
  ['a wrapper', 'traces', { batches: [{ scopeSpans: [{ spans: [span] }] }] }, 'it has no resourceSpans, but "batches"'],
  [
    'an unknown group',
    'traces',
    { resourceSpans: [{ librarySpans: [{ spans: [span] }] }] },
    'resourceSpans[0] has no scopeSpans, and "librarySpans" is not known',
  ],
  [
    'an unknown list of records',
    'logs',
    { resourceLogs: [{ scopeLogs: [{ records: [{}] }] }] },
    'resourceLogs[0].scopeLogs[0] has no logRecords, and "records" is not known',
  ],
  [
    'a metric of a kind that is gone',
    'metrics',
    { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'x', intGauge: { dataPoints: [{ value: '1' }] } }] }] }] },
    '.metrics[0] has no gauge, sum, histogram, exponentialHistogram, summary, and "intGauge" is not known',
  ],
  [
    'a field under two names',
    'traces',
    { resourceSpans: [], resource_spans: [{ scope_spans: [] }] },
    'resource_spans is there as resourceSpans, too',
  ],
  [
    'an id in base64',
    'traces',
    { resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, spanId: 'q6urq6urq6s=' }] }] }] },
    'an id is not 16 or 32 hexadecimal digits',
  ],
]
test.each(REFUSED)('%s is refused, and said', async (_, signal, body, words) => {
  const { status, message } = await post(signal, JSON.stringify(body))
  expect({ status, message }).toMatchObject({ status: 400, message: expect.stringContaining(words) })
  expect(await stored()).toEqual([])
})

test.each(SIGNALS)('%s: what is empty is fine', async (signal) => {
  const group = Object.keys(EVERY_FIELD[signal])[0]!
  for (const body of [{}, { [group]: [] }, { [group]: [{ resource: { attributes: [] } }] }]) {
    expect(await post(signal, JSON.stringify(body))).toEqual({ status: 200, message: '' })
  }
})
