import type { AddressInfo, Server } from 'node:net'

import { CollectorError } from '../errors.ts'
import { AllowedOrigins } from './allowed-origins.ts'
import { bindGrpc, grpcReceiver } from './grpc-receiver.ts'
import { httpReceiver } from './http-receiver.ts'
import { ReceiverCounts } from './receiver-counts.ts'
import { limitsOf, type ReceiverOptions, receiverOptions } from './receiver-options.ts'
import { RequestTaker } from './take-request.ts'
import { Token } from './token.ts'

/** A listening receiver. */
export interface Receiver {
  /** `http://127.0.0.1:4318`; null if OTLP/HTTP is off. */
  readonly httpUrl: string | null
  /** `127.0.0.1:4317`; null if OTLP/gRPC is off. */
  readonly grpcAddress: string | null
  /** Finishes requests in progress within 5 s, and stops listening. */
  close(): Promise<void>
}

const CLOSE_MS = 5000

/**
 * Starts a receiver of OTLP over HTTP and gRPC that writes into a spool: acknowledged records are on disk. It listens on the
 * loopback address by default. Throws `CollectorError` `PORT_NOT_FREE`, `CANNOT_LISTEN`, `INVALID_OPTIONS`.
 */
export async function startReceiver(given: ReceiverOptions): Promise<Receiver> {
  const options = receiverOptions(given)
  const { spool, tls } = options
  const host = options.host ?? '127.0.0.1'
  const counts = new ReceiverCounts()
  const limits = limitsOf(options)
  const taker = new RequestTaker(spool, counts, limits)
  const token = new Token(options.bearerToken)
  const origins = new AllowedOrigins(options.allowedOrigins ?? [])
  const readiness = (): string | null => (spool.isFull ? 'the disk of the spool is full' : null)
  const http =
    options.httpPort === null ? null : httpReceiver({ taker, counts, limits, token, origins, tls, readiness })
  if (http !== null) await listen(http, host, options.httpPort ?? 4318)
  const grpc = options.grpcPort === null ? null : grpcReceiver({ taker, counts, limits, token, tls })
  let grpcPort = 0
  try {
    const address = `${host.includes(':') ? `[${host}]` : host}:${options.grpcPort ?? 4317}`
    if (grpc !== null) grpcPort = await bindGrpc(grpc, address, tls)
  } catch (error) {
    http?.close()
    throw cannotListen(error, 'OTLP/gRPC', options.grpcPort ?? 4317)
  }
  const shownHost = host.includes(':') ? `[${host}]` : host
  return {
    httpUrl:
      http === null
        ? null
        : `${tls === undefined ? 'http' : 'https'}://${shownHost}:${(http.address() as AddressInfo).port}`,
    grpcAddress: grpc === null ? null : `${shownHost}:${grpcPort}`,
    async close() {
      const ends = [
        http === null ? undefined : new Promise<void>((resolve) => void http.close(() => resolve())),
        grpc === null ? undefined : new Promise<void>((resolve) => grpc.tryShutdown(() => resolve())),
      ]
      http?.closeIdleConnections()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          http?.closeAllConnections()
          grpc?.forceShutdown()
          resolve()
        }, CLOSE_MS)
      })
      await Promise.race([Promise.all(ends), late])
      clearTimeout(timer)
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, 'OTLP/HTTP', port)))
    server.listen(port, host, resolve)
  })
}

function cannotListen(error: unknown, what: string, port: number): CollectorError {
  const text = error instanceof Error ? error.message : String(error)
  if (/EADDRINUSE|already in use|No address added/i.test(text)) {
    return new CollectorError('PORT_NOT_FREE', `Port ${port} for ${what} is taken: name another.`, error)
  }
  return new CollectorError('CANNOT_LISTEN', `${what} cannot listen on port ${port}: ${text}`, error)
}
