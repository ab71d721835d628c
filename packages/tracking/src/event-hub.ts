import { matchesPattern, type TrackingEvent } from '@runspan/model'

import type { EventHandler } from './event-handler.ts'
import { countLoss } from './losses.ts'

/** Events that wait for one listener; the oldest go when there are more. */
const MOST_WAITING = 10_000

/** One who listens, with the events that wait for it. */
class Listener {
  readonly handler: EventHandler
  /** Happened in this turn of the event loop. */
  happened: TrackingEvent[] = []
  waiting: TrackingEvent[] = []
  busy: Promise<void> | null = null

  constructor(handler: EventHandler) {
    this.handler = handler
  }

  accepts({ type }: TrackingEvent): boolean {
    const { events } = this.handler
    return events === undefined || events.some((pattern) => matchesPattern(type, pattern))
  }

  /** Tells it what happened so far. */
  catchUp(): void {
    const events = this.happened
    this.happened = []
    for (const event of events) {
      this.keep(event)
      this.serve()
    }
  }

  /** Gives it what waits, one after another; one that answers with a promise gets the next when that has settled. */
  serve(): void {
    while (this.busy === null) {
      const event = this.waiting.shift()
      if (event === undefined) return
      this.tell(event)
    }
  }

  tell(event: TrackingEvent): void {
    try {
      const answer = this.handler.handle(event)
      if (typeof answer?.then !== 'function') return
      this.busy = Promise.resolve(answer)
        .catch(handlerThrew)
        .then(() => {
          this.busy = null
          this.serve()
        })
    } catch (error) {
      handlerThrew(error)
    }
  }

  keep(event: TrackingEvent): void {
    this.waiting.push(event)
    if (this.waiting.length <= MOST_WAITING) return
    this.waiting.shift()
    countLoss(
      'event-dropped',
      `over ${MOST_WAITING} events wait for a handler that is too slow: the oldest are dropped`,
    )
  }
}

/** Counts what a handler threw; the run it was told of has nothing to do with it. */
export function handlerThrew(error: unknown): void {
  countLoss('event-handler-threw', 'an event handler threw; the run goes on', error)
}

/**
 * Tells the events of a TaskManager to those who listen, a turn of the event loop later, so that no run waits for them.
 * Costs nothing while nobody listens: ask `active` before an event is made.
 */
export class EventHub {
  readonly #listeners: Set<Listener> = new Set()
  #isScheduled = false
  active = false

  emit(event: TrackingEvent): void {
    for (const listener of this.#listeners) if (listener.accepts(event)) listener.happened.push(event)
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => this.flush())
  }

  /** Tells what was emitted so far, now: at the end of a process there is no later. */
  flush(): void {
    this.#isScheduled = false
    for (const listener of this.#listeners) listener.catchUp()
  }

  /** Tells one handler what was emitted so far, now; the others hear of it in their turn. */
  flushTo(handler: EventHandler): void {
    for (const listener of this.#listeners) if (listener.handler === handler) listener.catchUp()
  }

  /** From now on until the returned function is called. */
  listen(handler: EventHandler): () => void {
    const listener = new Listener(handler)
    this.#listeners.add(listener)
    this.active = true
    return () => {
      this.#listeners.delete(listener)
      listener.happened = []
      listener.waiting = []
      this.active = this.#listeners.size > 0
    }
  }

  /** Waits until everybody has dealt with what was emitted so far. */
  async settled(): Promise<void> {
    this.flush()
    for (const listener of this.#listeners) while (listener.busy !== null) await listener.busy
  }

  /** The handlers that listen. */
  handlers(): readonly EventHandler[] {
    return [...this.#listeners].map(({ handler }) => handler)
  }
}
