import type { Receiver } from '@runspan/collector'
import { spoolDirectory } from '@runspan/configuration'
import { Spool } from '@runspan/spool'

/** Default ports of OTLP. */
const HTTP_PORT = 4318
const GRPC_PORT = 4317

export interface OtlpInOptions {
  readonly dataDir: string
  readonly host: string | undefined
  /** 4318 by default, or a free one if that is taken. */
  readonly httpPort: number | undefined
  /** 4317 by default, or a free one if that is taken. */
  readonly grpcPort: number | undefined
  readonly bearerToken: string | undefined
  readonly allowedOrigins: readonly string[]
}

/** Starts a receiver that writes OTLP into the spool of a data directory. Throws `CollectorError`. */
export async function startOtlpIn(options: OtlpInOptions): Promise<Receiver> {
  const { startReceiver } = await import('@runspan/collector') // gRPC and protobuf are only loaded to receive OTLP
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

/** Starts on the requested port; without one on the usual port, or on a free one if that is taken. */
async function onPort<T>(asked: number | undefined, usual: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(asked ?? usual)
  } catch (error) {
    const isTaken = (error as { readonly code?: unknown }).code === 'PORT_NOT_FREE'
    if (!isTaken || asked !== undefined) throw error
    return start(0)
  }
}
