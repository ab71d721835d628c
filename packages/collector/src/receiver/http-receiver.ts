import {
  createServer as createPlainServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'

import type { Signal } from '../otlp/decode-protobuf.ts'
import type { AllowedOrigins } from './allowed-origins.ts'
import { inflate } from './inflate.ts'
import { jsonAnswer, protobufAnswer, protobufStatus } from './otlp-answer.ts'
import { readBody } from './read-body.ts'
import type { ReceiverCounts } from './receiver-counts.ts'
import type { Limits } from './receiver-options.ts'
import { Refusal, refusalOf } from './refusal.ts'
import type { Encoding, RequestTaker } from './take-request.ts'
import type { Token } from './token.ts'

const SIGNALS: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/logs': 'logs',
  '/v1/metrics': 'metrics',
}
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  'application/x-protobuf': 'protobuf',
  'application/protobuf': 'protobuf',
  'application/json': 'json',
}
/** Milliseconds after which a client is disconnected that has not sent its headers, or its whole request. */
const HEADERS_MS = 10_000
const REQUEST_MS = 60_000
const KEEP_ALIVE_MS = 65_000
const MOST_CONNECTIONS = 5000

/** Parts of an HTTP receiver. */
export interface HttpReceiverParts {
  readonly taker: RequestTaker
  readonly counts: ReceiverCounts
  readonly limits: Limits
  readonly token: Token
  readonly origins: AllowedOrigins
  /** Returns null if requests are accepted now, else the reason. */
  readonly readiness: () => string | null
  readonly tls: { readonly key: string | Buffer; readonly cert: string | Buffer } | undefined
}

/**
 * Returns a server of OTLP over HTTP: traces, logs and metrics, protobuf and JSON; also `/healthz`, `/readyz` and `/metrics`.
 */
export function httpReceiver(parts: HttpReceiverParts): Server {
  let inWorkBytes = 0
  const listener: RequestListener = (request, response) => {
    let mine = 0
    const takeUp = (bytes: number): void => {
      mine += bytes
      inWorkBytes += bytes
      if (inWorkBytes > parts.limits.maxInWorkBytes) {
        throw new Refusal('too much at once', 'Too many requests are in progress: retry later.', 1)
      }
    }
    void answer(request, response, parts, takeUp).finally(() => {
      inWorkBytes -= mine
    })
  }
  const options = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS }
  const server =
    parts.tls === undefined
      ? createPlainServer(options, listener)
      : createTlsServer({ ...options, ...parts.tls }, listener)
  server.maxConnections = MOST_CONNECTIONS
  return server
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: HttpReceiverParts,
  takeUp: (bytes: number) => void,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0]!
  const signal = SIGNALS[path]
  if (signal === undefined) return answerAbout(path, request, response, parts)
  if (parts.origins.answersPreflight(request, response)) return
  // the answer has the encoding of the request; JSON if that is unknown
  const encoding = ENCODINGS[(request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()]
  let bytes = 0
  try {
    if (request.method !== 'POST') throw new Refusal('wrong method', `${path} takes POST.`)
    parts.token.check(request.headers.authorization)
    if (encoding === undefined) {
      throw new Refusal('wrong type', 'Content-Type must be application/x-protobuf or application/json.')
    }
    takeUp(Number(request.headers['content-length'] ?? 0) || 0)
    const body = await readBody(request, parts.limits.maxBodyBytes)
    bytes = body.length
    const contentEncoding = String(request.headers['content-encoding'] ?? '')
      .trim()
      .toLowerCase()
    const plain = await inflate(body, contentEncoding, parts.limits.maxInflatedBytes)
    if (plain !== body) takeUp(plain.length)
    const taken = await parts.taker.handle(signal, encoding, plain)
    const result = encoding === 'json' ? Buffer.from(jsonAnswer(signal, taken)) : protobufAnswer(taken)
    parts.counts.request('http', 200, bytes)
    send(response, 200, encoding, result)
  } catch (error) {
    const refusal = refusalOf(error)
    parts.counts.request('http', refusal.httpStatus, bytes)
    refuse(request, response, refusal, encoding ?? 'json')
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal, encoding: Encoding): void {
  const { httpStatus, grpcCode, message, retryAfterSeconds } = refusal
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds))
  if (httpStatus === 401) response.setHeader('WWW-Authenticate', 'Bearer')
  if (httpStatus === 405) response.setHeader('Allow', 'POST')
  // the unread rest of a body would be taken for the next request
  if (!request.complete) response.setHeader('Connection', 'close')
  const body =
    encoding === 'json' ? Buffer.from(JSON.stringify({ code: grpcCode, message })) : protobufStatus(grpcCode, message)
  send(response, httpStatus, encoding, body)
}

function send(response: ServerResponse, status: number, encoding: Encoding, body: Uint8Array): void {
  if (response.destroyed) return
  response.writeHead(status, {
    'Content-Type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    'Content-Length': body.length,
  })
  response.end(body)
}

/** Answers the requests of monitors. */
async function answerAbout(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  { readiness, counts }: HttpReceiverParts,
): Promise<void> {
  const say = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
    response.writeHead(status, { 'Content-Type': type, ...(request.complete ? {} : { Connection: 'close' }) })
    response.end(text)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(404, 'not found\n')
  if (path === '/healthz') return say(200, 'ok\n')
  if (path === '/metrics') return say(200, counts.prometheus(), 'text/plain; version=0.0.4; charset=utf-8')
  if (path !== '/readyz') return say(404, 'not found: OTLP is accepted at /v1/traces, /v1/logs and /v1/metrics\n')
  const trouble = readiness()
  return trouble === null ? say(200, 'ok\n') : say(503, `${trouble}\n`)
}
