import type { IncomingMessage, ServerResponse } from 'node:http'

/** Headers of the OpenTelemetry SDKs for browsers that a page may not send by default. */
const HEADERS = 'Authorization, Content-Encoding, Content-Type, Traceparent, Tracestate, X-Requested-With'
/** Seconds for which a browser caches the answer: the maximum of most browsers. */
const MAX_AGE_SECONDS = 7200

/** Allows web pages to send OTLP, by their origin: those named, or any with `*`. Never with credentials. */
export class AllowedOrigins {
  readonly #origins: ReadonlySet<string>

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins.map((origin) => origin.toLowerCase()))
  }

  /**
   * Tells a browser whether its page may read the answer. Returns true if the request was only a preflight, which is then
   * answered.
   */
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
