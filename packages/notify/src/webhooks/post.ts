import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'

import { context } from '@opentelemetry/api'

import { NotifyError } from '../errors.ts'
import { checkLiteralAddress, guardedLookup } from './address-guard.ts'
import type { WebhookTarget } from './target.ts'
import { untracedContext } from './untraced-context.ts'

/** What came back: an HTTP status, or why there is none. */
export type Answer =
  | {
      readonly status: number
      /** Header as it came. */
      readonly retryAfter: string | null
      /** The first kilobyte of the body. */
      readonly excerpt: string
    }
  | { readonly status: null; readonly reason: string; readonly refused: boolean }

/** So much of an answer is kept, and so much is read so that the connection can be used again. */
const EXCERPT_BYTES = 1024
const MOST_READ_BYTES = 65_536

/** Sends requests to one target over connections of its own, so that no target waits for another. */
export class Poster {
  private readonly target: WebhookTarget
  private readonly url: URL
  private readonly agent: HttpAgent | HttpsAgent
  private readonly lookup: LookupFunction | undefined

  /** `resolve` looks names up; the system's way by default. */
  constructor(target: WebhookTarget, resolve?: LookupFunction) {
    this.target = target
    this.url = new URL(target.url)
    const options = { keepAlive: true, maxSockets: target.concurrency, maxFreeSockets: 1 }
    this.agent = this.url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options)
    this.lookup = target.allowPrivate ? resolve : guardedLookup(resolve)
  }

  /** One request, no redirect followed; never rejects, never traced, and nothing that keeps the process alive. */
  async post(headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    try {
      if (!this.target.allowPrivate) checkLiteralAddress(this.url)
      return await context.with(untracedContext(), () => this.send(headers, body, true))
    } catch (error) {
      return { status: null, reason: reasonOf(error), refused: isRefusal(error) }
    }
  }

  /** Ends all connections; what is under way fails. */
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
        // the other side closed an idle connection just as it was used again
        if (again && request.reusedSocket && error.code === 'ECONNRESET') resolve(this.send(headers, body, false))
        else reject(error)
      })
      request.end(body)
    })
  }
}

/** The status counts once it is there, whatever becomes of the body. */
async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const kept: Buffer[] = []
  let read = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (read < EXCERPT_BYTES) kept.push(chunk.subarray(0, EXCERPT_BYTES - read))
      read += chunk.length
      if (read > MOST_READ_BYTES) break // leaving the loop ends the connection
    }
  } catch {
    // cut off or too slow: what matters is known
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

/** Node's messages name host and port at most; what else there may be is cut. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed'
  const { code } = error as NodeJS.ErrnoException
  const text = error.message || code || error.name
  return text.slice(0, 300)
}
