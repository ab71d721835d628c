import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the OpenTelemetry SDKs for browsers send beside what any page may. */
const HEADERS = 'Authorization, Content-Encoding, Content-Type, Traceparent, Tracestate, X-Requested-With'
/** How long a browser need not ask again: what most of them take at most. */
const MAX_AGE_SECONDS = 7200

/** Pages that may send OTLP, by their origin: exactly those named, or any where `*` is among them. Never with credentials. */
export class AllowedOrigins {
  readonly #origins: ReadonlySet<string>

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins.map((origin) => origin.toLowerCase()))
  }

  /** Tells a browser whether its page may read the answer. Returns true where the request was only a browser asking first, which is answered then. */
  answersPreflight(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#origins.size === 0) return false
    const isAny = this.#origins.has('*')
    if (!isAny) response.setHeader('Vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !(isAny || this.#origins.has(origin.toLowerCase()))) return false
    response.setHeader('Access-Control-Allow-Origin', isAny ? '*' : origin)
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      response.setHeader('Access-Control-Expose-Headers', 'Retry-After')
      return false
    }
    response.writeHead(204, {
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': HEADERS,
      'Access-Control-Max-Age': String(MAX_AGE_SECONDS),
      ...(request.complete ? {} : { Connection: 'close' }),
    })
    response.end()
    return true
  }
}
