import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { Spool } from '@runspan/spool'
import { expect, onTestFinished, test } from 'vitest'

import { ingestFile } from '../ingest-file.ts'
import { REQUEST_TYPES, type Signal, SIGNALS } from '../otlp/decode-protobuf.ts'
import { requestType } from '../otlp/proto.ts'
import { type Receiver, startReceiver } from './start-receiver.ts'

const RECORDS = 20_000
const TIME = '1795864000000000000'

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-whole-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function receiverOver(directory: string, maxBytes: number): Promise<{ receiver: Receiver; spool: Spool }> {
  const spool = new Spool({ directory, maxBytes })
  const receiver = await startReceiver({ spool, httpPort: 0, grpcPort: null })
  onTestFinished(async () => {
    await receiver.close()
    spool.close()
  })
  return { receiver, spool }
}

const point = (i: number): object => ({ timeUnixNano: TIME, asDouble: i, attributes: [name(i)] })
const name = (i: number): object => ({ key: 'name', value: { stringValue: `<${i}>` } })
const inScope = (content: object, resource: object = {}): object => ({ resource, ...content })

/** Returns a request of many records, each with its number. */
function requestOf(signal: Signal, count = RECORDS): object {
  const records = Array.from({ length: count }, (_, i) => i)
  if (signal === 'traces') {
    const spans = records.map((i) => ({ name: `<${i}>`, startTimeUnixNano: TIME, endTimeUnixNano: TIME }))
    return { resourceSpans: [inScope({ scopeSpans: [{ spans }] })] }
  }
  if (signal === 'logs') {
    const logRecords = records.map((i) => ({ timeUnixNano: TIME, body: { stringValue: `<${i}>` } }))
    return { resourceLogs: [inScope({ scopeLogs: [{ logRecords }] })] }
  }
  const metrics = [
    { name: 'g', gauge: { dataPoints: records.filter((i) => i % 2 === 0).map(point) } },
    { name: 's', sum: { dataPoints: records.filter((i) => i % 2 === 1).map(point), isMonotonic: true } },
  ]
  return { resourceMetrics: [inScope({ scopeMetrics: [{ metrics }] })] }
}

function encode(signal: Signal, encoding: string, request: object): Buffer {
  if (encoding === 'json') return Buffer.from(JSON.stringify(request))
  const type = requestType(REQUEST_TYPES[signal])
  return Buffer.from(type.encode(type.fromObject(request)).finish())
}

async function post(receiver: Receiver, signal: Signal, encoding: string, body: Uint8Array): Promise<Response> {
  return fetch(`${receiver.httpUrl}/v1/${signal}`, {
    method: 'POST',
    headers: {
      'Content-Type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      'Content-Encoding': 'gzip',
    },
    body: gzipSync(body) as Uint8Array<ArrayBuffer>,
  })
}

/** Returns the numbers stored in a spool, with duplicates. */
function stored(directory: string): number[] {
  return readdirSync(directory)
    .filter((file) => /\.(open|segment)$/.test(file))
    .flatMap((file) => [...readFileSync(join(directory, file), 'latin1').matchAll(/<(\d+)>/g)])
    .map(([, number]) => Number(number))
    .sort((a, b) => a - b)
}

const WAYS = SIGNALS.flatMap((signal) => ['json', 'protobuf'].map((encoding) => [signal, encoding] as const))

test.each(WAYS)(
  '%s as %s: a request for which there is no room leaves nothing; sent again, all is there once',
  async (signal, encoding) => {
    const directory = newDirectory()
    const body = encode(signal, encoding, requestOf(signal))
    const full = await receiverOver(directory, 600_000)
    const refused = await post(full.receiver, signal, encoding, body)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30'])
    full.spool.rotate()
    expect(stored(directory)).toEqual([])
    const { receiver, spool } = await receiverOver(directory, 100e6)
    expect((await post(receiver, signal, encoding, body)).status).toBe(200)
    spool.rotate()
    expect(stored(directory)).toEqual(Array.from({ length: RECORDS }, (_, i) => i))
  },
)

test.each(WAYS)(
  '%s as %s in a file: a request for which there is no room leaves nothing, and that is an error',
  async (signal, encoding) => {
    const directory = newDirectory()
    const file = join(newDirectory(), encoding === 'json' ? 'requests.json' : 'request.pb')
    writeFileSync(file, encode(signal, encoding, requestOf(signal)))
    const small = new Spool({ directory, maxBytes: 600_000 })
    await expect(ingestFile(file, small)).rejects.toMatchObject({ code: 'CANNOT_KEEP' })
    small.close()
    expect(stored(directory)).toEqual([])
    const large = new Spool({ directory, maxBytes: 100e6 })
    await ingestFile(file, large)
    large.close()
    expect(stored(directory)).toEqual(Array.from({ length: RECORDS }, (_, i) => i))
  },
)

test('a disk that is full in the middle of a request takes nothing of it, in none of its tables', async (context) => {
  const disk = newDirectory()
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'pipe' })
  } catch {
    return context.skip('needs the right to mount')
  }
  onTestFinished(() => void execFileSync('/bin/umount', ['-l', disk]))
  const { receiver, spool } = await receiverOver(disk, 100e6)
  // the gauges still fit, the sums do not
  const filler = join(disk, 'filler')
  writeFileSync(filler, Buffer.alloc(1_000_000))
  const body = encode('metrics', 'json', requestOf('metrics', 10_000))
  expect((await post(receiver, 'metrics', 'json', body)).status).toBe(503)
  spool.rotate()
  expect(stored(disk)).toEqual([])
  rmSync(filler)
  expect((await post(receiver, 'metrics', 'json', encode('metrics', 'json', requestOf('metrics', 100)))).status).toBe(
    200,
  )
  expect(stored(disk)).toHaveLength(100)
})

test.each(WAYS)(
  '%s as %s: few bytes that stand for many records are refused as too large',
  async (signal, encoding) => {
    const { receiver } = await receiverOver(newDirectory(), 100e6)
    const many = Array.from({ length: 60_000 }, () => ({}))
    const request = {
      traces: { resourceSpans: [{ scopeSpans: [{ spans: many }] }] },
      logs: { resourceLogs: [{ scopeLogs: [{ logRecords: many }] }] },
      metrics: { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ gauge: { dataPoints: many } }] }] }] },
    }[signal]
    const answer = await post(receiver, signal, encoding, encode(signal, encoding, request))
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('send smaller batches')])
  },
)

test.each(WAYS)(
  '%s as %s: a resource that many small records repeat is refused as too large',
  async (signal, encoding) => {
    const directory = newDirectory()
    const { receiver, spool } = await receiverOver(directory, 100e6)
    const attributes = [{ key: 'k', value: { stringValue: 'x'.repeat(10_000) } }]
    const request = requestOf(signal, 5000) as Record<string, [{ resource: object }]>
    for (const groups of Object.values(request)) groups[0].resource = { attributes }
    expect((await post(receiver, signal, encoding, encode(signal, encoding, request))).status).toBe(413)
    spool.rotate()
    expect(readdirSync(directory).filter((file) => file.endsWith('.segment'))).toEqual([])
  },
)

test('while a large request is worked on, others are answered', async () => {
  const { receiver } = await receiverOver(newDirectory(), 200e6)
  const large = post(receiver, 'logs', 'protobuf', encode('logs', 'protobuf', requestOf('logs', 50_000)))
  const state = { isDone: false }
  void large.then(() => (state.isDone = true))
  let meanwhile = 0
  while (!state.isDone) {
    expect((await fetch(`${receiver.httpUrl}/healthz`)).status).toBe(200)
    if (!state.isDone) meanwhile++
  }
  expect((await large).status).toBe(200)
  expect(meanwhile).toBeGreaterThan(2)
})
