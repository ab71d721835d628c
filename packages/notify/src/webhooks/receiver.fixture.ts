import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What a receiver answers: a status, with headers and body; null never answers. */
export type Reply = {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
} | null

/** A real HTTP server that takes webhooks. */
export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Decides what is answered from now on. */
  reply: (request: Received, count: number) => Reply
  close(): Promise<void>
}

export async function startReceiver(reply: Receiver['reply'] = () => ({ status: 204 })): Promise<Receiver> {
  const received: Received[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body }
      received.push(one)
      const answer = receiver.reply(one, received.length)
      if (answer === null) return
      response.writeHead(answer.status, answer.headers)
      response.end(answer.body)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    reply,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
  return receiver
}

/** Waits until something holds, ten seconds at most. */
export async function until(condition: () => boolean, seconds = 120): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not come true in time')
    await sleep(10)
  }
}
