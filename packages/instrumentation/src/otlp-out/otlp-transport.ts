import type { ExportResult } from '@opentelemetry/core'

import { nodeHttp, transformer } from './otlp-libraries.ts'
import type { Signal } from './request-store.ts'

/** An OTLP backend; the `OTEL_EXPORTER_OTLP_*` variables set what is left out. */
export interface OtlpBackend {
  /** Base URL, `https://collector:4318`: `/v1/traces` and so on are appended. */
  readonly endpoint?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Outcome of a request. */
export type Outcome =
  /** Accepted; `rejected` of its records were refused permanently. */
  | { readonly kind: 'taken'; readonly rejected: number }
  /**
   * May be accepted on a retry. `status` is the backend's; null if it did not answer, so that no other request can succeed
   * now.
   */
  | { readonly kind: 'not now'; readonly why: string; readonly status: number | null }
  /** Refused permanently. */
  | { readonly kind: 'refused'; readonly why: string }

const SIGNALS = {
  traces: { identifier: 'TRACES', path: 'v1/traces', item: 'span', serializer: 'ProtobufTraceSerializer' },
  logs: { identifier: 'LOGS', path: 'v1/logs', item: 'log', serializer: 'ProtobufLogsSerializer' },
  metrics: {
    identifier: 'METRICS',
    path: 'v1/metrics',
    item: 'metric_data_point',
    serializer: 'ProtobufMetricsSerializer',
  },
} as const

/** Statuses that mean that the configuration is wrong, not the request: a fix can cure them. */
const WRONG_WAY: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 408, 501])

/** Sends serialized requests like the SDK's own exporters: with their configuration, retries, compression and TLS. */
export class OtlpTransport {
  readonly #backend: OtlpBackend
  readonly #delegates: Map<Signal, { export(bytes: Uint8Array, done: (result: ExportResult) => void): void }> =
    new Map()
  #rejected = 0

  constructor(backend: OtlpBackend) {
    this.#backend = backend
  }

  send(signal: Signal, request: Uint8Array): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#rejected = 0
      this.#delegate(signal).export(request, ({ code, error }) => {
        if (code === 0) return resolve({ kind: 'taken', rejected: this.#rejected })
        const status = (error as { code?: unknown } | undefined)?.code
        const why = `${error?.message ?? 'no answer'}${typeof status === 'number' ? ` (${status})` : ''}`
        // the SDK's transport reports a status only for errors it does not retry
        const isRefused = typeof status === 'number' && !WRONG_WAY.has(status)
        if (isRefused) resolve({ kind: 'refused', why })
        else resolve({ kind: 'not now', why, status: typeof status === 'number' ? status : null })
      })
    })
  }

  /** Created on first use: the libraries take 20 ms to load. */
  #delegate(signal: Signal): { export(bytes: Uint8Array, done: (result: ExportResult) => void): void } {
    const known = this.#delegates.get(signal)
    if (known !== undefined) return known
    const { createOtlpHttpExportDelegate, convertLegacyHttpOptions } = nodeHttp()
    const serializers = transformer()
    const { identifier, path, item, serializer } = SIGNALS[signal]
    const { endpoint, headers } = this.#backend
    const options = convertLegacyHttpOptions(
      {
        ...(endpoint === undefined ? {} : { url: `${endpoint.replace(/\/+$/, '')}/${path}` }),
        ...(headers === undefined ? {} : { headers: { ...headers } }),
      },
      identifier,
      path,
      { 'Content-Type': 'application/x-protobuf' },
    )
    const delegate = createOtlpHttpExportDelegate<Uint8Array, object>(
      options,
      {
        serializeRequest: (bytes) => bytes,
        deserializeResponse: (bytes) => this.#noteRejected(serializers[serializer].deserializeResponse(bytes)),
      },
      'otlp_http_exporter',
      { name: item, countItems: () => 1 },
      undefined,
    )
    this.#delegates.set(signal, delegate)
    return delegate
  }

  #noteRejected(response: object): object {
    const { partialSuccess } = response as { partialSuccess?: Readonly<Record<string, unknown>> | undefined }
    for (const [key, value] of Object.entries(partialSuccess ?? {})) {
      if (key.startsWith('rejected')) this.#rejected += Number(value ?? 0)
    }
    return response
  }
}
