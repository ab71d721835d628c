import { matchesPattern, type TrackingEvent } from '@runspan/model'

import type { EventHandler } from './event-handler.ts'
import { countLoss } from './losses.ts'

/** Maximum events that wait for one listener; beyond it the oldest are dropped. */
const MOST_WAITING = 10_000

/** A listener with its waiting events. */
class Listener {
  readonly handler: EventHandler
  /** Events of this turn of the event loop. */
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

  /** Delivers the events of this turn to the listener. */
  catchUp(): void {
    const events = this.happened
    this.happened = []
    for (const event of events) {
      this.keep(event)
      this.serve()
    }
  }

  /** Delivers waiting events one after another. After a returned promise, the next event waits until it has settled. */
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

/** Counts an error thrown by a handler; the run it was called for is not affected. */
export function handlerThrew(error: unknown): void {
  countLoss('event-handler-threw', 'an event handler threw; the run goes on', error)
}

/**
 * Delivers the events of a TaskManager to its listeners in the next turn of the event loop, so that no run waits for them.
 * Costs nothing without listeners: check `active` before you create an event.
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

  /** Delivers all emitted events now, because at the end of a process no later turn comes. */
  flush(): void {
    this.#isScheduled = false
    for (const listener of this.#listeners) listener.catchUp()
  }

  /** Delivers all emitted events to one handler now; the others receive them in the next turn. */
  flushTo(handler: EventHandler): void {
    for (const listener of this.#listeners) if (listener.handler === handler) listener.catchUp()
  }

  /** Adds a handler until the returned function is called. */
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

  /** Waits until every handler has handled the events emitted so far. */
  async settled(): Promise<void> {
    this.flush()
    for (const listener of this.#listeners) while (listener.busy !== null) await listener.busy
  }

  /** Returns the handlers that listen. */
  handlers(): readonly EventHandler[] {
    return [...this.#listeners].map(({ handler }) => handler)
  }
}
