import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js'

import type { Signal } from '../otlp/decode-protobuf.ts'
import { protobufAnswer } from './otlp-answer.ts'
import type { ReceiverCounts } from './receiver-counts.ts'
import type { Limits } from './receiver-options.ts'
import { Refusal, refusalOf } from './refusal.ts'
import type { RequestTaker } from './take-request.ts'
import type { Token } from './token.ts'

const PATHS: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
}
const SIGNALS = Object.keys(PATHS) as Signal[]

/** Parts of a gRPC receiver. */
export interface GrpcReceiverParts {
  readonly taker: RequestTaker
  readonly counts: ReceiverCounts
  readonly limits: Limits
  readonly token: Token
  readonly tls: { readonly key: string | Buffer; readonly cert: string | Buffer } | undefined
}

const same = (bytes: Buffer): Buffer => bytes

/** Returns a server of OTLP over gRPC: the three `Export` calls, handled like requests over HTTP. */
export function grpcReceiver({ taker, counts, limits, token }: GrpcReceiverParts): Server {
  const server = new Server({
    'grpc.max_receive_message_length': limits.maxInflatedBytes,
    'grpc.max_concurrent_streams': 1000,
  })
  const service = Object.fromEntries(
    SIGNALS.map((signal) => [
      signal,
      {
        path: PATHS[signal],
        requestStream: false,
        responseStream: false,
        requestSerialize: same,
        requestDeserialize: same,
        responseSerialize: same,
        responseDeserialize: same,
      },
    ]),
  ) as ServiceDefinition
  let inWorkBytes = 0
  const implementation = Object.fromEntries(
    SIGNALS.map((signal) => [
      signal,
      (call: GrpcCall, done: GrpcDone) => {
        const body = call.request
        inWorkBytes += body.length
        const work = async (): Promise<void> => {
          try {
            token.check(String(call.metadata.get('authorization')[0] ?? ''))
            if (inWorkBytes > limits.maxInWorkBytes) {
              throw new Refusal('too much at once', 'Too many requests are in progress: retry later.', 1)
            }
            const answer = Buffer.from(protobufAnswer(await taker.handle(signal, 'protobuf', body)))
            counts.request('grpc', 0, body.length)
            done(null, answer)
          } catch (error) {
            const refusal = refusalOf(error)
            counts.request('grpc', refusal.grpcCode, body.length)
            done({ code: refusal.grpcCode, details: refusal.message }, null)
          } finally {
            inWorkBytes -= body.length
          }
        }
        void work()
      },
    ]),
  ) as unknown as UntypedServiceImplementation
  server.addService(service, implementation)
  return server
}

interface GrpcCall {
  readonly request: Buffer
  readonly metadata: { get(key: string): readonly (string | Buffer)[] }
}
type GrpcDone = (error: { code: number; details: string } | null, answer: Buffer | null) => void

/** Binds a gRPC server; returns its port. Throws the errors of gRPC. */
export function bindGrpc(server: Server, address: string, tls: GrpcReceiverParts['tls']): Promise<number> {
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }])
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => (error === null ? resolve(port) : reject(error)))
  })
}
