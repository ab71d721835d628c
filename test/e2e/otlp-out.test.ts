import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'

import { decodeProtobuf } from '@runspan/collector'
import { afterEach, beforeEach, expect, test } from 'vitest'

/* Shipping to an OTLP backend that comes, goes, refuses and is slow. The programs run the build. */

const LIBRARY = pathToFileURL(fileURLToPath(new URL('../../packages/runspan/dist/index.js', import.meta.url))).href

type Answer = (request: IncomingMessage, response: ServerResponse) => void
const take: Answer = (_, response) => void response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end()

/** A backend that remembers acknowledged requests. */
class Backend {
  readonly spans: string[] = []
  /** Nanoseconds of each span, by its name. */
  readonly lengths: Map<string, bigint> = new Map()
  readonly paths: string[] = []
  headers: IncomingMessage['headers'] = {}
  answer: Answer = take
  private server: Server | undefined
  port = 0

  async start(): Promise<this> {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        this.headers = request.headers
        this.paths.push(request.url ?? '')
        this.answer(request, response)
        if (response.statusCode !== 200 || !request.url?.endsWith('/v1/traces')) return
        const body = Buffer.concat(parts)
        const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
        const { resourceSpans } = decodeProtobuf(plain, 'traces')
        for (const { scopeSpans } of resourceSpans ?? []) {
          for (const { spans } of scopeSpans ?? []) {
            this.spans.push(...(spans ?? []).map(({ name }) => String(name)))
            for (const { name, startTimeUnixNano, endTimeUnixNano } of spans ?? [])
              this.lengths.set(String(name), BigInt(String(endTimeUnixNano)) - BigInt(String(startTimeUnixNano)))
          }
        }
      })
    })
    this.server.listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    this.port = (this.server.address() as AddressInfo).port
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    this.server?.close()
    if (this.server !== undefined) await once(this.server, 'close')
  }
}

let dir: string
let backend: Backend
const children: ChildProcess[] = []
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'runspan-otlp-out-'))
  backend = await new Backend().start()
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await backend.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** Runs a program that records; it has `manager` and `sleep`. */
async function record(body: string, env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; said: string }> {
  const code = `import { TaskManager } from ${JSON.stringify(LIBRARY)}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
${body}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: dir,
    env: { ...process.env, RUNSPAN_DATA: join(dir, 'data'), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  children.push(child)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [exit] = (await once(child, 'close')) as [number | null]
  return { code: exit, said }
}

const run = (name: string): string => `const manager = new TaskManager()
await manager.withRun('${name}', (run) => run.withTask('${name}-task', () => {}))
await manager.close()`

const waiting = (): string[] => {
  const [target] = readdirSync(join(dir, 'data', 'otlp'))
  return readdirSync(join(dir, 'data', 'otlp', target!)).filter((name) => /\.(request|open)$/.test(name))
}

/**
 * Runs programs that record nothing until everything is sent: the end of a program waits only a limited time, and a busy
 * machine takes longer.
 */
async function sendRest(env: NodeJS.ProcessEnv): Promise<void> {
  while (waiting().length > 0) await record('await new TaskManager().close()', env)
}

test('as the environment says: beside ClickHouse, with headers and compression; all three signals', async () => {
  const env = {
    RUNSPAN_METRICS_INTERVAL: '0.2',
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=etl',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
  }
  const ended = await record(run('beside').replace('() => {}', '() => sleep(500)'), env)
  expect(ended).toEqual({ code: 0, said: '' })
  await sendRest(env)
  expect(backend.spans.toSorted()).toEqual(['beside', 'beside-task'])
  expect(new Set(backend.paths)).toEqual(new Set(['/v1/traces', '/v1/logs', '/v1/metrics']))
  expect([backend.headers['x-team'], backend.headers['content-encoding']]).toEqual(['etl', 'gzip'])
  expect(waiting()).toEqual([])
  expect(readdirSync(join(dir, 'data', 'spool')).some((name) => name.startsWith('otel_traces'))).toBe(true)
})

test('a skipped task has a length of 1 µs there, so that no viewer calls it negative', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url }
  await record(
    `const manager = new TaskManager()
await manager.withRun('with-skipped', async (run) => {
  run.skipTask('left-out', 'nothing to do')
  await run.withTask('done', () => sleep(20))
})
await manager.close()`,
    env,
  )
  await sendRest(env)
  expect(backend.lengths.get('left-out')).toBe(1000n)
  expect(backend.lengths.get('done')).toBeGreaterThan(1_000_000n)
})

test('instead of ClickHouse', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, OTEL_TRACES_EXPORTER: 'otlp' }
  await record(run('instead'), env)
  await sendRest(env)
  expect(backend.spans).toHaveLength(2)
  expect(readdirSync(join(dir, 'data', 'spool')).some((name) => name.startsWith('otel_traces'))).toBe(false)
})

test('a backend that is away: all waits on disk, also after a kill, and goes with the next program', async () => {
  await backend.stop()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, OTEL_METRICS_EXPORTER: 'clickhouse' }
  const killed = await record(
    `const manager = new TaskManager()
for (let i = 0; i < 50; i++) await manager.withRun('killed', () => {})
await sleep(20)
process.kill(process.pid, 'SIGKILL')`,
    env,
  )
  expect(killed.code).toBeNull()
  expect(waiting().length).toBeGreaterThan(0)
  await backend.start()
  const next = await record(run('next'), env)
  expect(next.code).toBe(0)
  await sendRest(env)
  expect(backend.spans.filter((name) => name === 'killed')).toHaveLength(50)
  expect(backend.spans.filter((name) => name === 'next')).toHaveLength(1)
  expect(waiting()).toEqual([])
})

test('Retry-After is respected; a permanent refusal is counted, logged once, and delays nothing', async () => {
  let busy = 2
  backend.answer = (request, response) => {
    if (busy-- > 0) response.writeHead(503, { 'Retry-After': '1' }).end()
    else take(request, response)
  }
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }
  await record(run('patient'), env)
  await record(run('again'), env)
  await sendRest(env)
  expect(backend.spans.toSorted()).toEqual(['again', 'again-task', 'patient', 'patient-task'])
  let first = true
  backend.answer = (request, response) => {
    if (first) response.writeHead(400).end('no')
    else take(request, response)
    first = false
  }
  const refused = await record(
    `const manager = new TaskManager()
await manager.withRun('poison', () => {})
await sleep(1500)
await manager.withRun('healthy', () => {})
await manager.close()`,
    env,
  )
  expect(refused.said).toContain('refused a request permanently')
  await sendRest(env)
  expect(backend.spans).toContain('healthy')
  expect(backend.spans).not.toContain('poison')
  expect(waiting()).toEqual([])
})

test('a backend for traces only gets all traces; refused signals are logged once each, and dropped', async () => {
  backend.answer = (request, response) => {
    if (request.url === '/v1/traces') take(request, response)
    else response.writeHead(404).end()
  }
  const env = { RUNSPAN_METRICS_INTERVAL: '0.2', OTEL_EXPORTER_OTLP_ENDPOINT: backend.url }
  const { code, said } = await record(
    `const manager = new TaskManager()
for (let i = 0; i < 50; i++) {
  await manager.withRun('only', (run) => run.withTask('traces', () => sleep(20)))
}
await manager.close()`,
    env,
  )
  expect(code).toBe(0)
  await sendRest(env)
  expect(backend.spans.toSorted()).toEqual([...Array(50).fill('only'), ...Array(50).fill('traces')])
  expect(waiting()).toEqual([])
  for (const signal of ['logs', 'metrics']) {
    expect(
      said.match(
        new RegExp(`does not accept ${signal}; they are dropped: .*404.*OTEL_${signal.toUpperCase()}_EXPORTER`, 'g'),
      ),
    ).toHaveLength(1)
  }
  expect(said.split('\n').filter((line) => line !== '')).toHaveLength(2)
  // probed a few times, not for every request
  expect(backend.paths.filter((path) => path === '/v1/metrics').length).toBeLessThan(4)
})

test('several backends, each for itself: one that is dead harms none', async () => {
  const other = await new Backend().start()
  const manager = `const manager = new TaskManager({ otlp: [
  { endpoint: 'http://127.0.0.1:1' },
  { endpoint: ${JSON.stringify(backend.url)} },
  { endpoint: ${JSON.stringify(other.url)}, headers: { authorization: 'Bearer x' } },
] })`
  const ended = await record(`${manager}\nawait manager.withRun('many', () => {})\nawait manager.close()`)
  expect(ended.code).toBe(0)
  while (backend.spans.length === 0 || other.spans.length === 0) await record(`${manager}\nawait manager.close()`)
  expect([backend.spans, other.spans]).toEqual([['many'], ['many']])
  expect([backend.headers.authorization, other.headers.authorization]).toEqual([undefined, 'Bearer x'])
  await other.stop()
})
