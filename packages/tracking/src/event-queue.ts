import type { TrackingEvent } from '@runspan/model'

/** Events on their way to one `for await`. */
export class EventQueue implements AsyncIterator<TrackingEvent> {
  readonly #events: TrackingEvent[] = []
  readonly #asked: ((result: IteratorResult<TrackingEvent>) => void)[] = []
  readonly #most: number
  readonly #onDrop: () => void
  readonly #onEnd: () => void
  #ended = false

  constructor(most: number, onDrop: () => void, onEnd: () => void) {
    this.#most = most
    this.#onDrop = onDrop
    this.#onEnd = onEnd
  }

  push(event: TrackingEvent): void {
    const asked = this.#asked.shift()
    if (asked !== undefined) return asked({ value: event, done: false })
    this.#events.push(event)
    if (this.#events.length <= this.#most) return
    this.#events.shift()
    this.#onDrop()
  }

  /** What came before is still handed out. */
  end(): void {
    this.#ended = true
    this.#onEnd()
    for (const asked of this.#asked.splice(0)) asked({ value: undefined, done: true })
  }

  next(): Promise<IteratorResult<TrackingEvent>> {
    const event = this.#events.shift()
    if (event !== undefined) return Promise.resolve({ value: event, done: false })
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve) => this.#asked.push(resolve))
  }

  return(): Promise<IteratorResult<TrackingEvent>> {
    this.#events.length = 0
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }
}
