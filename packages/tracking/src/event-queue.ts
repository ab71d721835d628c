import type { TrackingEvent } from '@runspan/model'

interface Asked {
  readonly resolve: (result: IteratorResult<TrackingEvent>) => void
  readonly reject: (error: unknown) => void
}

/** Queues events for one `for await`. */
export class EventQueue implements AsyncIterator<TrackingEvent> {
  readonly #events: TrackingEvent[] = []
  readonly #asked: Asked[] = []
  readonly #most: number
  readonly #onDrop: () => void
  readonly #onEnd: () => void
  #ended = false
  #failure: { readonly error: unknown } | null = null

  constructor(most: number, onDrop: () => void, onEnd: () => void) {
    this.#most = most
    this.#onDrop = onDrop
    this.#onEnd = onEnd
  }

  push(event: TrackingEvent): void {
    const asked = this.#asked.shift()
    if (asked !== undefined) return asked.resolve({ value: event, done: false })
    this.#events.push(event)
    if (this.#events.length <= this.#most) return
    this.#events.shift()
    this.#onDrop()
  }

  /** Ends the queue; events from before are still delivered. */
  end(): void {
    this.#ended = true
    this.#onEnd()
    for (const asked of this.#asked.splice(0)) asked.resolve({ value: undefined, done: true })
  }

  /** Ends the queue as `end` does, then throws the error to the waiting `for await`, once. */
  fail(error: unknown): void {
    const asked = this.#asked.shift()
    if (asked === undefined) this.#failure = { error }
    else asked.reject(error)
    this.end()
  }

  next(): Promise<IteratorResult<TrackingEvent>> {
    const event = this.#events.shift()
    if (event !== undefined) return Promise.resolve({ value: event, done: false })
    const failure = this.#failure
    this.#failure = null
    if (failure !== null) return Promise.reject(failure.error)
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }))
  }

  return(): Promise<IteratorResult<TrackingEvent>> {
    this.#events.length = 0
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }
}
