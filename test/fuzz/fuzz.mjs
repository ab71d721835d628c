import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'

import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { readLosses, Spool } from '@runspan/clickhouse'
import { startReceiver } from '@runspan/collector'

/*
 * npm run fuzz -- --count 100000: so many damaged requests of each format against a receiver. Each has to be answered, by 200 or a refusal; nothing
 * may be lost of what was accepted, nothing may hang, and the memory may not grow.
 */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
})
const COUNT = Number(values.count)
const CLIENTS = 8
const ALLOWED = new Set([200, 400, 413, 415])

let state = Number(values.seed) >>> 0 || 1
function random(limit) {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % limit
}

function spansOfSdk() {
  const ended = []
  const processor = {
    onStart() {},
    onEnd: (span) => ended.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  }
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('fuzz')
  for (let i = 0; i < 4; i++) {
    const span = tracer.startSpan('task', {
      attributes: { text: 'é', number: i, list: ['a', 'b'], flag: true, float: 0.5 },
    })
    span.addEvent('exception', { 'exception.message': 'no' })
    span.end()
  }
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(ended))
}

const lines = readFileSync(new URL('../fixtures/otelcol/odd.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const json = lines.map((line) => Buffer.from(line))
const protobuf = [spansOfSdk()]

function mutate(original) {
  let body = Buffer.from(original)
  for (let i = 1 + random(4); i > 0 && body.length > 0; i--) {
    const at = random(body.length)
    switch (random(6)) {
      case 0:
        body[at] = random(256)
        break
      case 1:
        body = body.subarray(0, at)
        break
      case 2:
        body = Buffer.concat([body.subarray(0, at), Buffer.from([random(256), random(256)]), body.subarray(at)])
        break
      case 3:
        body = Buffer.concat([body.subarray(0, at), body.subarray(Math.min(body.length, at + 1 + random(20)))])
        break
      case 4:
        body = Buffer.concat([body, body.subarray(at)])
        break
      default:
        body[at] ^= 1 << random(8)
    }
  }
  return body
}

const directory = mkdtempSync(join(tmpdir(), 'runspan-fuzz-'))
// what is accepted is dropped from the disk as it comes: it is about the receiver
const spool = new Spool({ directory, maxBytes: 1e12 })
const receiver = await startReceiver({ spool, httpPort: 0, grpcPort: null, maxBodyBytes: 1e6, maxInflatedBytes: 4e6 })
const { hostname, port } = new URL(receiver.httpUrl)
const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })

function post(path, type, body, encoding) {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': type, ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }) }
    const sent = request({ hostname, port, path, method: 'POST', headers, agent, timeout: 10_000 }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error('no answer in 10 s')))
    sent.end(body)
  })
}

const FORMATS = {
  'traces, protobuf': () => post('/v1/traces', 'application/x-protobuf', mutate(protobuf[0])),
  'traces, logs and metrics, JSON': () => {
    const body = mutate(json[random(json.length)])
    return post(['/v1/traces', '/v1/logs', '/v1/metrics'][random(3)], 'application/json', body)
  },
  gzip: () => post('/v1/traces', 'application/x-protobuf', mutate(gzipSync(protobuf[0])), 'gzip'),
}

let problems = 0
for (const [name, send] of Object.entries(FORMATS)) {
  const statuses = new Map()
  let left = COUNT
  let memory = 0
  const client = async () => {
    while (left-- > 0) {
      const status = await send().catch((error) => String(error))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (left === Math.floor(COUNT / 2)) memory = process.memoryUsage.rss()
      if (left % 20_000 === 0) {
        spool.rotate()
        rmSync(directory, { recursive: true, force: true })
      }
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  const grown = (process.memoryUsage.rss() - memory) / 1e6
  const wrong = [...statuses.keys()].filter((status) => !ALLOWED.has(status))
  const good = await post('/v1/traces', 'application/x-protobuf', protobuf[0])
  const ok = wrong.length === 0 && good === 200 && grown < 50
  if (!ok) problems++
  const said = [...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')
  process.stdout.write(
    `${ok ? 'ok    ' : 'FAILED'} ${name}: ${said}; memory of the second half ${grown.toFixed(0)} MB\n`,
  )
}
await receiver.close()
spool.close()
const lost = readLosses(directory).filter(({ reason }) => reason !== 'not writable')
if (lost.some(({ reason }) => reason !== 'not encodable')) problems++
rmSync(directory, { recursive: true, force: true })
agent.destroy()
process.stdout.write(problems === 0 ? 'passed\n' : `${problems} failed\n`)
process.exitCode = problems === 0 ? 0 : 1
