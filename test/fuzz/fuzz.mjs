import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'

import { startReceiver } from '@runspan/collector'
import { readLosses, Spool } from '@runspan/spool'

import { EVERY_FIELD, pathsOf, SIGNALS, withValueAt, WRONG_VALUES } from './bodies.mjs'
import { protobufBomb, jsonBomb } from './bombs.mjs'

/*
 * npm run fuzz -- --count 100000: sends that many damaged requests of each signal and format to a receiver. Bytes are
 * changed, JSON values are replaced by values of another type, and every 500th request is a bomb of records. Each must be
 * answered, with 200 or a refusal; nothing accepted may be lost, nothing may hang, and memory must not grow.
 */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
})
const COUNT = Number(values.count)
const CLIENTS = 8
const MOST_MEMORY_MB = 1500
const MOST_GROWTH_MB = 100
const ALLOWED = new Set([200, 400, 413, 415])

let state = Number(values.seed) >>> 0 || 1
function random(limit) {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % limit
}

const fixture = (name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url))
const odd = fixture('otelcol/odd.jsonl').toString('utf8').trim().split('\n')
const FIELDS = { traces: 'resourceSpans', logs: 'resourceLogs', metrics: 'resourceMetrics' }
const ORIGINALS = Object.fromEntries(
  SIGNALS.map((signal) => [
    signal,
    {
      json: [...odd.filter((line) => line.includes(`"${FIELDS[signal]}"`)), JSON.stringify(EVERY_FIELD[signal])].map(
        (line) => Buffer.from(line),
      ),
      protobuf: ['go', 'python'].map((language) => fixture(`otlp/${language}/${signal}.bin`)),
    },
  ]),
)
const PATHS = Object.fromEntries(SIGNALS.map((signal) => [signal, pathsOf(EVERY_FIELD[signal])]))
const anyOf = (list) => list[random(list.length)]

/** Returns a request with every field, with one or two values of another type. */
function swapTypes(signal) {
  let body = EVERY_FIELD[signal]
  for (let i = 1 + random(2); i > 0; i--) {
    const path = anyOf(PATHS[signal])
    try {
      body = withValueAt(body, path, anyOf(WRONG_VALUES))
    } catch {
      // the path disappeared with the first swap
    }
  }
  return Buffer.from(JSON.stringify(body))
}

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
// accepted records are deleted from disk as they arrive: this tests the receiver
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

const TYPES = { json: 'application/json', protobuf: 'application/x-protobuf' }
/** Requests between two bombs. */
const BOMB_EVERY = 500

function send(signal, format, number) {
  const path = `/v1/${signal}`
  if (number % BOMB_EVERY === 0) {
    const bomb = format === 'json' ? jsonBomb(signal, random) : protobufBomb(signal, random)
    return post(path, TYPES[format], gzipSync(bomb, { level: 1 }), 'gzip')
  }
  const body = format === 'json' && random(2) === 0 ? swapTypes(signal) : mutate(anyOf(ORIGINALS[signal][format]))
  if (random(8) === 0) return post(path, TYPES[format], mutate(gzipSync(body)), 'gzip')
  return post(path, TYPES[format], body)
}
const FORMATS = SIGNALS.flatMap((signal) => ['protobuf', 'json'].map((format) => [signal, format]))

let problems = 0
for (const [signal, format] of FORMATS) {
  const statuses = new Map()
  let left = COUNT
  let peak = 0
  // the minimum of each quarter: bombs make memory go up and down in between
  const lowest = [Infinity, Infinity, Infinity, Infinity]
  const client = async () => {
    while (left-- > 0) {
      const status = await send(signal, format, left).catch((error) => String(error))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      const memory = process.memoryUsage.rss()
      const quarter = Math.max(0, Math.min(3, Math.floor((4 * (COUNT - left)) / COUNT)))
      peak = Math.max(peak, memory)
      lowest[quarter] = Math.min(lowest[quarter], memory)
      if (left % 2000 === 0) {
        spool.rotate()
        rmSync(directory, { recursive: true, force: true })
      }
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  const grown = (lowest[3] - lowest[1]) / 1e6
  const wrong = [...statuses.keys()].filter((status) => !ALLOWED.has(status))
  const good = await post(`/v1/${signal}`, TYPES[format], ORIGINALS[signal][format].at(-1))
  const ok = wrong.length === 0 && good === 200 && grown < MOST_GROWTH_MB && peak / 1e6 < MOST_MEMORY_MB
  if (!ok) problems++
  const said = [...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')
  process.stdout.write(
    `${ok ? 'ok    ' : 'FAILED'} ${signal}, ${format}: ${said}; highest memory ${(peak / 1e6).toFixed(0)} MB, grown by ${grown.toFixed(0)} MB in the second half\n`,
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
