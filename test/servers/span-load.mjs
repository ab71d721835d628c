import { setTimeout as delay } from 'node:timers/promises'

let count = 0

/** Returns three spans with unique names, as OTLP/JSON. */
function request() {
  const names = [1, 2, 3].map(() => `span-${++count}`)
  const spans = names.map((name) => ({
    traceId: name.replace(/\D/g, '').padStart(32, 'a'),
    spanId: name.replace(/\D/g, '').padStart(16, 'b'),
    name,
    startTimeUnixNano: '1795564600000000000',
    endTimeUnixNano: '1795564601000000000',
  }))
  return { names, body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: 'load' }, spans }] }] }) }
}

/** Sends OTLP/HTTP without a pause until told to stop; `acknowledged` has the names of acknowledged spans. */
export class SpanLoad {
  acknowledged = []
  #stopping = new AbortController()
  #clients

  /** `url` is called for each request, because a receiver may restart on another port. */
  constructor(url, clients = 4) {
    this.#clients = Array.from({ length: clients }, async () => {
      while (!this.#stopping.signal.aborted) {
        const { names, body } = request()
        try {
          const headers = { 'Content-Type': 'application/json' }
          const response = await fetch(`${url()}/v1/traces`, { method: 'POST', headers, body })
          await response.arrayBuffer()
          if (response.status === 200) this.acknowledged.push(...names)
        } catch {
          await delay(20) // it is down now
        }
      }
    })
  }

  async stop() {
    this.#stopping.abort()
    await Promise.all(this.#clients)
  }
}
