import type { Receiver } from '@runspan/collector'
import { spoolDirectory } from '@runspan/configuration'
import { Spool } from '@runspan/spool'

/** The ports that OpenTelemetry names. */
const HTTP_PORT = 4318
const GRPC_PORT = 4317

export interface OtlpInOptions {
  readonly dataDir: string
  readonly host: string | undefined
  /** 4318 by default, or a free one where that is taken. */
  readonly httpPort: number | undefined
  /** 4317 by default, or a free one where that is taken. */
  readonly grpcPort: number | undefined
  readonly bearerToken: string | undefined
  readonly allowedOrigins: readonly string[]
}

/** Takes OTLP in, into the spool of a data directory. Throws `CollectorError`. */
export async function startOtlpIn(options: OtlpInOptions): Promise<Receiver> {
  const { startReceiver } = await import('@runspan/collector') // gRPC and protobuf: only who takes OTLP in loads them
  const { dataDir, host, bearerToken, allowedOrigins } = options
  const spool = new Spool({ directory: spoolDirectory(dataDir) })
  try {
    const http = await onPort(options.httpPort, HTTP_PORT, (httpPort) =>
      startReceiver({ spool, host, bearerToken, allowedOrigins, httpPort, grpcPort: null }),
    )
    const grpc = await onPort(options.grpcPort, GRPC_PORT, (grpcPort) =>
      startReceiver({ spool, host, bearerToken, httpPort: null, grpcPort }),
    ).catch(async (error: unknown) => {
      await http.close()
      throw error
    })
    return {
      httpUrl: http.httpUrl,
      grpcAddress: grpc.grpcAddress,
      async close() {
        await Promise.all([http.close(), grpc.close()])
        spool.close()
      },
    }
  } catch (error) {
    spool.close()
    throw error
  }
}

/** The port that was asked for; the usual one, or another where that is taken, where none was. */
async function onPort<T>(asked: number | undefined, usual: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(asked ?? usual)
  } catch (error) {
    const isTaken = (error as { readonly code?: unknown }).code === 'PORT_NOT_FREE'
    if (!isTaken || asked !== undefined) throw error
    return start(0)
  }
}
