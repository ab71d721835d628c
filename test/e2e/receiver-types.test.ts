import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Receiver, startReceiver } from '@runspan/collector'
import { readLosses, Spool } from '@runspan/spool'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { EVERY_FIELD, pathsOf, type Signal, SIGNALS, withValueAt, WRONG_VALUES } from '../fuzz/bodies.mjs'

/*
 * Values of the wrong type at every place of a request: a sender's mistake is answered with 400, which no sender retries.
 */

let directory: string
let spool: Spool
let receiver: Receiver
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'runspan-types-'))
  spool = new Spool({ directory })
  receiver = await startReceiver({ spool, httpPort: 0, grpcPort: null })
})
afterEach(async () => {
  await receiver.close()
  spool.close()
  rmSync(directory, { recursive: true, force: true })
})

async function post(signal: Signal, body: unknown): Promise<{ status: number; message: string }> {
  const response = await fetch(`${receiver.httpUrl}/v1/${signal}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const { message = '' } = (await response.json()) as { message?: string }
  return { status: response.status, message }
}

test.each(SIGNALS)('%s: every field with every kind of value is taken or refused for good', async (signal) => {
  const body = EVERY_FIELD[signal]
  expect(await post(signal, body)).toEqual({ status: 200, message: '' })
  const seen = { 200: 0, 400: 0 }
  const defects: string[] = []
  for (const path of pathsOf(body)) {
    // attributes are the same everywhere, so each is tested once
    if (path.includes('attributes') && !path.includes('resource')) continue
    for (const value of WRONG_VALUES) {
      const { status } = await post(signal, withValueAt(body, path, value))
      if (status === 200 || status === 400) seen[status]++
      else defects.push(`${status}: ${path.join('.')} = ${JSON.stringify(value)}`)
    }
  }
  expect(defects).toEqual([])
  expect(seen[400]).toBeGreaterThan(seen[200])
  spool.rotate()
  expect(readLosses(directory)).toEqual([])
})

const REFUSED: [Signal, string, unknown, string][] = [
  ['metrics', '2.histogram.dataPoints.0.bucketCounts', 'x', 'must be a list'],
  ['metrics', '2.histogram.dataPoints.0.bucketCounts', ['x'], '[0] must be a 64-bit integer that is not negative'],
  ['metrics', '2.histogram.dataPoints.0.explicitBounds', { length: 3 }, 'must be a list'],
  ['metrics', '2.histogram.dataPoints.0.explicitBounds', [null], '[0] must be a number'],
  ['metrics', '3.exponentialHistogram.dataPoints.0.positive', [], 'must be an object'],
  ['metrics', '3.exponentialHistogram.dataPoints.0.scale', 1.5, 'must be a 32-bit integer'],
  ['metrics', '1.sum.isMonotonic', 'true', 'must be true or false'],
  ['metrics', '0.gauge.dataPoints.0.asInt', '0x10', 'must be a 64-bit integer'],
  ['metrics', '4.summary.dataPoints.0.count', -1, 'must be a 64-bit integer that is not negative'],
  ['traces', '0.name', 7, 'must be text'],
  ['traces', '0.kind', 'SPAN_KIND_NONE', 'must be a 32-bit integer'],
  ['traces', '0.startTimeUnixNano', true, 'must be a 64-bit integer'],
  ['traces', '0.events', {}, 'must be a list'],
  ['traces', '0.status', 'x', 'must be an object'],
  ['traces', '0.attributes.0.value', 'x', 'must be an object'],
  ['traces', '0.attributes.4.value.bytesValue', '%', 'must be text that holds bytes'],
  ['logs', '0.severityNumber', [], 'must be a 32-bit integer'],
  ['logs', '0.body', 'plain', 'must be an object'],
  ['logs', '0.eventName', 1, 'must be text'],
]
const RECORDS: Readonly<Record<Signal, string>> = {
  traces: 'resourceSpans.0.scopeSpans.0.spans',
  logs: 'resourceLogs.0.scopeLogs.0.logRecords',
  metrics: 'resourceMetrics.0.scopeMetrics.0.metrics',
}
test.each(REFUSED)('%s %s = %j says what it must be', async (signal, place, value, words) => {
  const path = `${RECORDS[signal]}.${place}`.split('.')
  const answer = await post(signal, withValueAt(EVERY_FIELD[signal], path, value))
  expect(answer.status).toBe(400)
  // a list's element is named in brackets, as in JavaScript
  const shown = path.join('.').replaceAll(/\.(\d+)/g, '[$1]')
  expect(answer.message).toContain(`Not an OTLP request: ${shown}`)
  expect(answer.message).toContain(words)
})

test('names of enumerated values, numbers as text and unknown fields are taken', async () => {
  const path = RECORDS.traces.split('.')
  const span = {
    traceId: '0123456789abcdef0123456789abcdef',
    spanId: '0123456789abcdef',
    name: 'n',
    kind: 'SPAN_KIND_SERVER',
    startTimeUnixNano: 1_795_864_000_000,
    endTimeUnixNano: null,
    status: { code: 'STATUS_CODE_ERROR' },
    ofALaterVersion: { x: [1] },
  }
  expect(await post('traces', withValueAt(EVERY_FIELD.traces, path, [span]))).toEqual({ status: 200, message: '' })
})

test('nesting without end is refused', async () => {
  const depth = 3000
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}{"stringValue":"x"}${']}}'.repeat(depth)}`
  const path = `${RECORDS.traces}.0.attributes.0.value`.split('.')
  const body = JSON.stringify(withValueAt(EVERY_FIELD.traces, path, 'HERE')).replace('"HERE"', value)
  const { status, message } = await post('traces', body)
  expect({ status, message: message.slice(-22) }).toEqual({ status: 400, message: ' is nested too deeply.' })
})
