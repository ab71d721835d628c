import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'

import { context } from '@opentelemetry/api'

import { NotifyError } from '../errors.ts'
import { checkLiteralAddress, guardedLookup } from './address-guard.ts'
import type { WebhookTarget } from './target.ts'
import { untracedContext } from './untraced-context.ts'

/** Answer to a request: an HTTP status, or why there is none. */
export type Answer =
  | {
      readonly status: number
      /** `Retry-After` header as received. */
      readonly retryAfter: string | null
      /** First kilobyte of the body. */
      readonly excerpt: string
    }
  | { readonly status: null; readonly reason: string; readonly refused: boolean }

/** Bytes of an answer that are kept, and bytes that are read so that the connection can be reused. */
const EXCERPT_BYTES = 1024
const MOST_READ_BYTES = 65_536

/** Sends requests to one target over its own connections, so that no target waits for another. */
export class Poster {
  private readonly target: WebhookTarget
  private readonly url: URL
  private readonly agent: HttpAgent | HttpsAgent
  private readonly lookup: LookupFunction | undefined

  /** `resolve` looks names up; the system's lookup by default. */
  constructor(target: WebhookTarget, resolve?: LookupFunction) {
    this.target = target
    this.url = new URL(target.url)
    const options = { keepAlive: true, maxSockets: target.concurrency, maxFreeSockets: 1 }
    this.agent = this.url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options)
    this.lookup = target.allowPrivate ? resolve : guardedLookup(resolve)
  }

  /**
   * Sends one request without following redirects. Never rejects, is never traced, and does not keep the process alive.
   */
  async post(headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    try {
      if (!this.target.allowPrivate) checkLiteralAddress(this.url)
      return await context.with(untracedContext(), () => this.send(headers, body, true))
    } catch (error) {
      return { status: null, reason: reasonOf(error), refused: isRefusal(error) }
    }
  }

  /** Closes all connections; running requests fail. */
  close(): void {
    this.agent.destroy()
  }

  private send(headers: Readonly<Record<string, string>>, body: string, again: boolean): Promise<Answer> {
    const { timeoutSeconds } = this.target
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        headers: {
          'user-agent': 'runspan',
          ...this.target.headers,
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        agent: this.agent,
        ...(this.lookup === undefined ? {} : { lookup: this.lookup }),
      }
      const request = this.url.protocol === 'https:' ? httpsRequest(this.url, options) : httpRequest(this.url, options)
      const timer = setTimeout(() => {
        request.destroy(new Error(`no answer within ${timeoutSeconds} s`))
      }, timeoutSeconds * 1000)
      timer.unref()
      request.on('socket', (socket) => socket.unref())
      let answered = false
      request.on('response', (response) => {
        answered = true
        void readAnswer(response)
          .then(resolve)
          .finally(() => clearTimeout(timer))
      })
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer)
        if (answered) return
        // the receiver closed an idle connection just as it was reused
        if (again && request.reusedSocket && error.code === 'ECONNRESET') resolve(this.send(headers, body, false))
        else reject(error)
      })
      request.end(body)
    })
  }
}

/** Returns the answer. Its status counts as soon as it arrives, whatever happens to the body. */
async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const kept: Buffer[] = []
  let read = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (read < EXCERPT_BYTES) kept.push(chunk.subarray(0, EXCERPT_BYTES - read))
      read += chunk.length
      if (read > MOST_READ_BYTES) break // leaving the loop closes the connection
    }
  } catch {
    // cut off or too slow: the status is known
  }
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'] ?? null,
    excerpt: Buffer.concat(kept).toString('utf8'),
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof NotifyError && error.code === 'ADDRESS_REFUSED'
}

/** Returns the reason of an error. Node's messages contain at most host and port; anything else is cut. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed'
  const { code } = error as NodeJS.ErrnoException
  const text = error.message || code || error.name
  return text.slice(0, 300)
}
