import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { deflateSync, gzipSync } from 'node:zlib'

import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { BasicTracerProvider, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { type Receiver, startReceiver } from '@runspan/collector'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

let at: TestServer
let receiver: Receiver
beforeAll(async () => {
  at = await startTestServer()
  receiver = await startReceiver({
    spool: at.spool,
    httpPort: 0,
    grpcPort: 0,
    maxBodyBytes: 1_000_000,
    maxInflatedBytes: 2_000_000,
  })
})
afterAll(async () => {
  await receiver.close()
  await at.stop()
})
beforeEach(() => at.clickhouse.command('TRUNCATE TABLE otel_traces SYNC'))

const span = (name: string, more: object = {}): object => ({
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name,
  startTimeUnixNano: '1795564600000000000',
  endTimeUnixNano: '1795564601000000000',
  ...more,
})
const request = (...spans: object[]): object => ({
  resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: 'app' }, spans }] }],
})

async function post(
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`${receiver.httpUrl}${path}`, {
    method: 'POST',
    body: body as string,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

async function names(): Promise<string[]> {
  await at.deliver()
  const rows = await at.clickhouse.query<{ SpanName: string }>('SELECT SpanName FROM otel_traces ORDER BY SpanName')
  return rows.map(({ SpanName }) => SpanName)
}

/** A span as the SDK's own serializer writes it. */
function protobufOf(name: string): Uint8Array {
  const ended: ReadableSpan[] = []
  const provider = new BasicTracerProvider({
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (one) => void ended.push(one),
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  })
  provider.getTracer('app').startSpan(name).end()
  return ProtobufTraceSerializer.serializeRequest(ended)!
}

describe('over HTTP', () => {
  test('JSON and protobuf, plain and compressed, each answered in its own kind', async () => {
    const json = (name: string): string => JSON.stringify(request(span(name)))
    expect(await post('/v1/traces', json('json'))).toMatchObject({ status: 200, text: '{}' })
    await post('/v1/traces', gzipSync(json('gzip')), { 'Content-Encoding': 'gzip' })
    await post('/v1/traces', deflateSync(json('deflate')), { 'Content-Encoding': 'deflate' })
    const zstd = Buffer.from(ZSTD, 'base64')
    expect(await post('/v1/traces', zstd, { 'Content-Encoding': 'zstd' })).toMatchObject({ status: 200 })
    const answer = await post('/v1/traces', protobufOf('protobuf'), { 'Content-Type': 'application/x-protobuf' })
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([
      200,
      '',
      'application/x-protobuf',
    ])
    expect(await names()).toEqual(['compressed', 'deflate', 'gzip', 'json', 'protobuf'])
  })

  test('logs and metrics have their own paths; what is empty is fine', async () => {
    const log = {
      resourceLogs: [
        { scopeLogs: [{ logRecords: [{ timeUnixNano: '1795564600000000000', body: { stringValue: 'hello' } }] }] },
      ],
    }
    const gauge = { name: 'g', gauge: { dataPoints: [{ timeUnixNano: '1795564600000000000', asDouble: 1.5 }] } }
    expect((await post('/v1/logs', JSON.stringify(log))).status).toBe(200)
    expect(
      (await post('/v1/metrics', JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [gauge] }] }] })))
        .status,
    ).toBe(200)
    for (const path of ['/v1/traces', '/v1/logs', '/v1/metrics']) {
      expect(await post(path, '{}')).toMatchObject({ status: 200, text: '{}' })
      expect((await post(path, '', { 'Content-Type': 'application/x-protobuf' })).status).toBe(200)
    }
    await at.deliver()
    const [counts] = await at.clickhouse.query<{ logs: number; points: number }>(
      'SELECT (SELECT count() FROM otel_logs) AS logs, (SELECT count() FROM otel_metrics_gauge) AS points',
    )
    expect(counts).toEqual({ logs: 1, points: 1 })
  })

  test('the SDK’s exporter sends without an error', async () => {
    const exporter = new OTLPTraceExporter({ url: `${receiver.httpUrl}/v1/traces` })
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    provider.getTracer('app').startSpan('sdk').end()
    await provider.shutdown()
    expect(await names()).toEqual(['sdk'])
  })

  test.each([
    ['no such path', '/v1/nothing', '{}', {}, 404],
    ['no JSON', '/v1/traces', '{"resourceSpans":', {}, 400],
    ['a list', '/v1/traces', '[]', {}, 400],
    ['an id that is none', '/v1/traces', JSON.stringify(request(span('bad', { traceId: 'zz' }))), {}, 400],
    ['no protobuf', '/v1/traces', 'hello', { 'Content-Type': 'application/x-protobuf' }, 400],
    [
      'no UTF-8 in its resource',
      '/v1/traces',
      Buffer.from('0a070a050a030a01ff', 'hex'),
      { 'Content-Type': 'application/x-protobuf' },
      400,
    ],
    ['another type', '/v1/traces', '{}', { 'Content-Type': 'text/plain' }, 415],
    ['another compression', '/v1/traces', '{}', { 'Content-Encoding': 'br' }, 415],
    ['damaged gzip', '/v1/traces', 'no gzip', { 'Content-Encoding': 'gzip' }, 400],
    ['damaged zstd', '/v1/traces', 'no zstd', { 'Content-Encoding': 'zstd' }, 400],
    ['too large', '/v1/traces', JSON.stringify(request(span('x'.repeat(1_100_000)))), {}, 413],
    ['a bomb', '/v1/traces', gzipSync(Buffer.alloc(50_000_000, 32)), { 'Content-Encoding': 'gzip' }, 413],
  ] as const)('%s is refused, and nothing of it stays', async (_, path, body, headers, status) => {
    const answer = await post(path, body, headers)
    expect(answer.status).toBe(status)
    expect(await names()).toEqual([])
  })

  test('an error is a Status in the encoding of the request', async () => {
    const json = await post('/v1/traces', '[]')
    expect(JSON.parse(json.text)).toEqual({ code: 3, message: 'The body is not a JSON object.' })
    const protobuf = await post('/v1/traces', 'hello', { 'Content-Type': 'application/x-protobuf' })
    expect(protobuf.headers.get('content-type')).toBe('application/x-protobuf')
    expect(protobuf.text).toContain('damaged')
    const get = await fetch(`${receiver.httpUrl}/v1/traces`)
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
  })

  describe('to browsers', () => {
    const APP = 'https://app.example.com'
    const asks = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' }
    const cors = (answer: Response): string[] =>
      [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))
    const preflight = (url: string, origin: string): Promise<Response> =>
      fetch(`${url}/v1/traces`, { method: 'OPTIONS', headers: { Origin: origin, ...asks } })
    const sendFrom = (url: string, origin: string, headers: object = {}): Promise<Response> =>
      fetch(`${url}/v1/traces`, {
        method: 'POST',
        body: JSON.stringify(request(span('from a page'))),
        headers: { 'Content-Type': 'application/json', Origin: origin, ...headers },
      })
    async function withOrigins(allowedOrigins: string[], work: (url: string) => Promise<void>): Promise<void> {
      const guarded = await startReceiver({
        spool: at.spool,
        httpPort: 0,
        grpcPort: null,
        allowedOrigins,
        bearerToken: 'secret',
      })
      try {
        await work(guarded.httpUrl!)
      } finally {
        await guarded.close()
      }
    }

    test('a page of an allowed origin sends, others are told nothing', async () => {
      await withOrigins([APP], async (url) => {
        const asked = await preflight(url, APP)
        expect([asked.status, asked.headers.get('access-control-allow-origin'), asked.headers.get('vary')]).toEqual([
          204,
          APP,
          'Origin',
        ])
        expect(asked.headers.get('access-control-allow-methods')).toBe('POST')
        expect(asked.headers.get('access-control-allow-headers')!.toLowerCase()).toContain('content-type')
        expect(asked.headers.get('access-control-allow-credentials')).toBe(null)
        const sent = await sendFrom(url, APP, { Authorization: 'Bearer secret' })
        expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([200, APP])
        // a page may read why it was refused
        const refused = await sendFrom(url, APP)
        expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, APP])
        for (const other of [`${APP}.evil.net`, 'http://app.example.com', `${APP}:8443`, 'https://example.com', 'null'])
          expect([(await preflight(url, other)).status, cors(await preflight(url, other))], other).toEqual([405, []])
      })
      expect(await names()).toEqual(['from a page'])
    })

    test('* allows any page, and by default none is allowed', async () => {
      await withOrigins(['*'], async (url) => {
        const asked = await preflight(url, 'https://anybody.example')
        expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
        expect(asked.headers.get('access-control-allow-credentials')).toBe(null)
      })
      const asked = await preflight(receiver.httpUrl!, APP)
      expect([asked.status, cors(asked)]).toEqual([405, []])
      const sent = await sendFrom(receiver.httpUrl!, APP)
      expect([sent.status, cors(sent)]).toEqual([200, []])
      expect(await names()).toEqual(['from a page'])
    })
  })

  test('a connection is used again, also after an error', async () => {
    const { hostname, port } = new URL(receiver.httpUrl!)
    const socket = connect(Number(port), hostname)
    let answers = ''
    socket.on('data', (chunk: Buffer) => (answers += chunk.toString()))
    const send = (body: string): void =>
      void socket.write(
        `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
    send('{}')
    send('[]')
    send(JSON.stringify(request(span('third'))))
    await expect.poll(() => answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400', 'HTTP/1.1 200'])
    socket.destroy()
    expect(await names()).toEqual(['third'])
  })

  test('a client that disconnects leaves no records, and affects no other', async () => {
    const { hostname, port } = new URL(receiver.httpUrl!)
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      socket.write(
        `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"resour`,
      )
      await sleep(5)
      socket.resetAndDestroy()
    }
    expect((await post('/v1/traces', JSON.stringify(request(span('after'))))).status).toBe(200)
    expect(await names()).toEqual(['after'])
  })

  test('a thousand clients that stop in the middle of a body delay no other, and take no memory', async () => {
    const { hostname, port } = new URL(receiver.httpUrl!)
    const before = process.memoryUsage().rss
    const slow = Array.from({ length: 1000 }, () => connect(Number(port), hostname))
    try {
      await Promise.all(slow.map((socket) => once(socket, 'connect')))
      for (const socket of slow) {
        socket.on('error', () => undefined)
        socket.write(
          'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n{',
        )
      }
      await sleep(300)
      expect((await post('/v1/traces', JSON.stringify(request(span('meanwhile'))))).status).toBe(200)
      // both ends of the connections are in this process: the announced 900 kB each would be 900 MB
      expect(process.memoryUsage().rss - before).toBeLessThan(300e6)
    } finally {
      for (const socket of slow) socket.destroy()
    }
    expect(await names()).toEqual(['meanwhile'])
  })

  test('it tells of itself', async () => {
    const get = async (path: string): Promise<[number, string]> => {
      const response = await fetch(`${receiver.httpUrl}${path}`)
      return [response.status, await response.text()]
    }
    expect(await get('/healthz')).toEqual([200, 'ok\n'])
    expect(await get('/readyz')).toEqual([200, 'ok\n'])
    const [status, text] = await get('/metrics')
    expect(status).toBe(200)
    expect(text).toMatch(/^otelcol_receiver_accepted_spans_total \d+$/m)
    expect(text).toMatch(/^runspan_receiver_requests_total\{transport="http",status="400"\} \d+$/m)
  })
})

describe('over gRPC', () => {
  const call = (body: Uint8Array, to: Receiver = receiver, token?: string): Promise<Buffer> => {
    const client = new Client(to.grpcAddress!, credentials.createInsecure())
    const metadata = new Metadata()
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`)
    return new Promise((resolve, reject) => {
      const same = (bytes: Buffer): Buffer => bytes
      client.makeUnaryRequest(
        '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        same,
        same,
        Buffer.from(body),
        metadata,
        (error, answer) => {
          client.close()
          if (error === null) resolve(answer!)
          else reject(error)
        },
      )
    })
  }

  test('spans are taken by the same path', async () => {
    expect((await call(protobufOf('grpc'))).length).toBe(0)
    expect(await names()).toEqual(['grpc'])
  })

  test('a body that is not OTLP is an invalid argument', async () => {
    await expect(call(Buffer.from('hello'))).rejects.toMatchObject({ code: 3 })
  })

  test('few bytes that stand for many records are too much, and nothing of them is kept', async () => {
    const spans = Buffer.alloc(120_000, Buffer.from([0x12, 0x00])) // ScopeSpans.spans, sixty thousand times, all empty
    const inside = (content: Buffer, field: number): Buffer => {
      const length = content.length
      return Buffer.concat([
        Buffer.from([(field << 3) | 2, (length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14]),
        content,
      ])
    }
    await expect(call(inside(inside(spans, 2), 1))).rejects.toMatchObject({ code: 8 })
    expect(await names()).toEqual([])
  })

  test('a token is asked for, over both', async () => {
    const guarded = await startReceiver({ spool: at.spool, httpPort: 0, grpcPort: 0, bearerToken: 's3cret' })
    try {
      await expect(call(protobufOf('none'), guarded)).rejects.toMatchObject({ code: 16 })
      await expect(call(protobufOf('wrong'), guarded, 'other')).rejects.toMatchObject({ code: 16 })
      await call(protobufOf('grpc-right'), guarded, 's3cret')
      const http = async (headers: Record<string, string>): Promise<number> => {
        const response = await fetch(`${guarded.httpUrl}/v1/traces`, {
          method: 'POST',
          body: JSON.stringify(request(span('http-right'))),
          headers: { 'Content-Type': 'application/json', ...headers },
        })
        await response.arrayBuffer()
        return response.status
      }
      expect(await http({})).toBe(401)
      expect(await http({ Authorization: 'Bearer s3cre' })).toBe(401)
      expect(await http({ Authorization: 'Bearer s3cret' })).toBe(200)
      expect(await names()).toEqual(['grpc-right', 'http-right'])
    } finally {
      await guarded.close()
    }
  })
})

test('a port that is taken is reported', async () => {
  const { port } = new URL(receiver.httpUrl!)
  await expect(startReceiver({ spool: at.spool, httpPort: Number(port), grpcPort: null })).rejects.toMatchObject({
    code: 'PORT_NOT_FREE',
  })
  const grpcPort = Number(receiver.grpcAddress!.split(':').at(-1))
  await expect(startReceiver({ spool: at.spool, httpPort: null, grpcPort })).rejects.toMatchObject({
    code: 'PORT_NOT_FREE',
  })
})

/** `request(span('compressed'))`, compressed by Node.js 24, which supports zstd. */
const ZSTD =
  'KLUv/WBKAG0GAGLMJyBAS6wD2AYHuLDgFWcgrewgluB9nzvCniBbyHk2GYYBgHWpS10qcvAubCiEOg4FQV52IBtgeNDgzSugklH3OS9j42xhBIIa2rRHmoL+ew21TEJJSqopKsAlAyXJSBSEYZgn7fCyE/gySR0j84rOThd1qdWOTgcfJMAn6XwWWMKF3zAI8H0J+enlhiucPu1JSpkflhGWJ2SR4CsfZ176IREAYBNLgQIO3FSGkOHFU8JOq1FElU0aRcRBGAygAWSISyaaoGqjT/zVNsM='
