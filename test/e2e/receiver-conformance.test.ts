import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { type Receiver, startReceiver } from '@runspan/collector'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { fixture } from '../fixtures/paths.ts'
import { EVERY_FIELD, SIGNALS } from '../fuzz/bodies.mjs'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { collectorForTests, type RunningCollector, startCollector } from '../servers/otelcol.mjs'
import { canonical, storedRows, TELEMETRY_TABLES } from '../servers/stored-rows.ts'
import { FORMS } from './json-forms.ts'

/* Compares what our receiver and a real collector store from bodies of other programs: every value of every table. */

const ALL = process.env['RUNSPAN_TEST_ALL'] === '1'
const program = collectorForTests()

const PROTOBUF = 'application/x-protobuf'
const JSON_TYPE = 'application/json'

interface Body {
  readonly path: string
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
}

/** Returns each line of a file of requests, with the path of its signal. */
function lines(file: string): Body[] {
  return readFileSync(fixture(file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({ path: pathOf(line), type: JSON_TYPE, body: new Uint8Array(Buffer.from(line)) }))
}

function pathOf(text: string): string {
  const key = Object.keys(JSON.parse(text) as object)[0]
  return { resourceSpans: '/v1/traces', resourceMetrics: '/v1/metrics', resourceLogs: '/v1/logs' }[key!]!
}

const one = (file: string): Body => {
  const body = new Uint8Array(readFileSync(fixture(file)))
  return file.endsWith('.json')
    ? { path: pathOf(Buffer.from(body).toString()), type: JSON_TYPE, body }
    : { path: `/v1/${/(\w+)\.bin$/.exec(file)![1]}`, type: PROTOBUF, body }
}

const SOURCES: readonly (readonly [string, () => Body[]])[] = [
  ['the Python SDK', () => ['traces', 'metrics', 'logs'].map((signal) => one(`otlp/python/${signal}.bin`))],
  ['the Go SDK', () => ['traces', 'metrics', 'logs'].map((signal) => one(`otlp/go/${signal}.bin`))],
  ['the JavaScript SDK', () => lines('otelcol/sdk-js.jsonl')],
  ['telemetrygen', () => lines('otelcol/telemetrygen.jsonl')],
  [
    'examples of opentelemetry-proto',
    () => ['trace', 'metrics', 'logs', 'events'].map((name) => one(`otlp/proto-examples/${name}.json`)),
  ],
  ...Object.entries(FORMS).map(([form, write]): [string, () => Body[]] => [
    `OTLP/JSON with ${form}`,
    () =>
      SIGNALS.map((signal) => ({
        path: `/v1/${signal}`,
        type: JSON_TYPE,
        body: new Uint8Array(Buffer.from(write(EVERY_FIELD[signal]))),
      })),
  ]),
]

let ours: TestServer
let theirs: TestServer
let receiver: Receiver
let collector: RunningCollector
beforeAll(async () => {
  if (program === undefined) return
  ours = await startTestServer()
  theirs = await startTestServer()
  receiver = await startReceiver({ spool: ours.spool, httpPort: 0, grpcPort: 0 })
  collector = await startCollector(program, theirs.server)
})
afterAll(async () => {
  if (program === undefined) return
  await collector.stop()
  await receiver.close()
  await theirs.stop()
  await ours.stop()
})
beforeEach(async () => {
  if (program === undefined) return
  for (const table of TELEMETRY_TABLES) {
    for (const { clickhouse } of [ours, theirs]) await clickhouse.command(`TRUNCATE TABLE ${table} SYNC`)
  }
})

async function send(url: string, { path, type, body }: Body): Promise<void> {
  const response = await fetch(`${url}${path}`, { method: 'POST', headers: { 'Content-Type': type }, body })
  expect(response.status, await response.text()).toBe(200)
}

async function rowsOf({ clickhouse }: TestServer, table: string): Promise<string[]> {
  return canonical(await storedRows(clickhouse, table))
}

/** Returns what the collector has stored once nothing more arrives. */
async function settled(): Promise<string[][]> {
  for (let before = '', tries = 0; tries < 40; tries++) {
    await sleep(1500)
    const now = await Promise.all(TELEMETRY_TABLES.map((table) => rowsOf(theirs, table)))
    if (now.flat().length > 0 && JSON.stringify(now) === before) return now
    before = JSON.stringify(now)
  }
  throw new Error('the collector stored nothing')
}

test.runIf(program === undefined)('skipped: needs a collector, which CI builds with Go', () => {
  expect(ALL, 'CI has to have Go').toBe(false)
})

test.skipIf(program === undefined).each(SOURCES)(
  '%s: every value as the collector stores it',
  async (_, bodies) => {
    for (const body of bodies()) {
      await send(receiver.httpUrl!, body)
      await send(collector.url, body)
    }
    await ours.deliver()
    const expected = await settled()
    for (const [i, table] of TELEMETRY_TABLES.entries()) expect(await rowsOf(ours, table), table).toEqual(expected[i])
  },
  90_000,
)
