import { setImmediate as turn } from 'node:timers/promises'

import { diag } from '@opentelemetry/api'
import { type EventOf, type EventPattern, matchesPattern, type TrackingEvent, type OptionKinds } from '@runspan/model'

import { optionsOf } from './check-options.ts'
import type { EventHandler } from './event-handler.ts'
import { handlerThrew } from './event-hub.ts'
import { EventQueue } from './event-queue.ts'
import { StoreFollower } from './store-follower.ts'
import type { TaskManager } from './task-manager.ts'

/** Where a stream's events come from. */
export interface EventStreamOptions {
  /** `process` (the default): runs of this TaskManager, at once. `store`: runs of every process that records into the store, as it comes to know of them. */
  readonly follow?: 'process' | 'store' | undefined
  /** With `store`: goes on after this position, `stream.position` of another time; by default from now. */
  readonly position?: string | undefined
  /** With `store`: seconds between looks; 1 by default. */
  readonly pollSeconds?: number | undefined
  /** Events that may wait for a `for await` that is too slow; 10,000 by default. The oldest are dropped beyond that, and counted in `dropped`. */
  readonly most?: number | undefined
}

/** A new option is an entry here. */
const EVENT_STREAM: OptionKinds<EventStreamOptions> = {
  follow: 'text',
  position: 'text',
  pollSeconds: 'number',
  most: 'number',
}

interface Subscription {
  readonly pattern: EventPattern
  readonly once: boolean
  readonly handler: (event: TrackingEvent) => void | PromiseLike<void>
}

/** Is told that a store cannot be read. `isFinal`: no waiting mends it, and the stream has ended; else it goes on when the store can be read. */
export type StreamErrorHandler = (error: unknown, isFinal: boolean) => void

/** What happens to runs and tasks, as it happens: by `on(pattern, handler)` and `start()`, or by `for await`. */
export class EventStream implements AsyncIterable<TrackingEvent> {
  readonly #manager: TaskManager
  readonly #options: EventStreamOptions
  readonly #subscriptions: Set<Subscription> = new Set()
  readonly #queues: Set<EventQueue> = new Set()
  readonly #errorHandlers: Set<StreamErrorHandler> = new Set()
  #follower: StoreFollower | null = null
  readonly #handler: EventHandler = { handle: (event) => this.#deliver(event) }
  #leave: (() => void) | null = null
  /** With `store`: after the last event that was told; begin there another time, and none is missed and none told twice. */
  position: string | undefined
  /** Events that a `for await` was too slow for. */
  dropped = 0

  /** Throws `TrackingError` `INVALID_OPTIONS`. */
  constructor(taskManager: TaskManager, given: EventStreamOptions = {}) {
    const options = optionsOf('EventStream', given, EVENT_STREAM)
    this.#manager = taskManager
    this.#options = options
    this.position = options.position
  }

  /** Calls the handler for every event of the pattern (`task.failed`, `task.*`, `*`), one after another; returns what takes it off again. */
  on<P extends EventPattern>(pattern: P, handler: (event: EventOf<P>) => void | PromiseLike<void>): () => void {
    return this.#subscribe(pattern, handler as Subscription['handler'], false)
  }

  /** The same, for the first one only. */
  once<P extends EventPattern>(pattern: P, handler: (event: EventOf<P>) => void | PromiseLike<void>): () => void {
    return this.#subscribe(pattern, handler as Subscription['handler'], true)
  }

  /**
   * Calls the handler when the store that is followed cannot be read, once until it can be again; returns what takes it off. An error that is final
   * (`REPLICAS_NOT_FOLLOWED`, `INVALID_POSITION`) ends the stream, and every `for await` throws it.
   */
  onError(handler: StreamErrorHandler): () => void {
    this.#errorHandlers.add(handler)
    return () => this.#errorHandlers.delete(handler)
  }

  /** Begins to listen. With `store` it keeps the process alive until `stop()`. */
  start(): this {
    if (this.#leave !== null) return this
    if (this.#options.follow !== 'store') {
      this.#leave = this.#manager.addHandler(this.#handler)
      return this
    }
    const follower = new StoreFollower(
      this.#manager,
      async (event) => {
        await this.#deliver(event)
        this.position = event.position ?? this.position
      },
      (position) => (this.position = position),
      (error, isFinal) => this.#tellError(error, isFinal),
      this.#options.pollSeconds ?? 1,
    )
    this.#follower = follower
    follower.start(this.position)
    this.#leave = () => undefined
    return this
  }

  /** Tells at once what has happened so far in this process; of a store it tells what has arrived. */
  flush(): void {
    if (this.#leave !== null && this.#follower === null) this.#manager.flushTo(this.#handler)
  }

  /** Ends it, and every `for await`, once what has happened so far is told. Resolves when nothing is told any more. */
  async stop(): Promise<void> {
    // what has just happened is on its way, for the next turn
    if (this.#leave !== null && this.#follower === null) await turn()
    this.#leave?.()
    this.#leave = null
    const follower = this.#follower
    this.#follower = null
    for (const queue of this.#queues) queue.end()
    await follower?.stop()
  }

  /** Starts the stream if need be; leaving the loop leaves the stream running. */
  [Symbol.asyncIterator](): AsyncIterator<TrackingEvent> {
    const queue = new EventQueue(
      this.#options.most ?? 10_000,
      () => this.dropped++,
      () => this.#queues.delete(queue),
    )
    this.#queues.add(queue)
    this.start()
    return queue
  }

  #subscribe(pattern: EventPattern, handler: Subscription['handler'], once: boolean): () => void {
    const subscription = { pattern, handler, once }
    this.#subscriptions.add(subscription)
    return () => this.#subscriptions.delete(subscription)
  }

  #tellError(error: unknown, isFinal: boolean): void {
    if (this.#errorHandlers.size === 0) {
      const hope = isFinal ? 'following it has ended' : 'following it goes on when it can'
      diag.warn(`runspan: the store cannot be read; ${hope}`, error)
    }
    for (const handler of this.#errorHandlers) {
      try {
        handler(error, isFinal)
      } catch (thrown) {
        handlerThrew(thrown)
      }
    }
    if (isFinal) for (const queue of this.#queues) queue.fail(error)
  }

  /** Tells everybody; a promise only where somebody has to be waited for. */
  #deliver(event: TrackingEvent): void | Promise<void> {
    for (const queue of this.#queues) queue.push(event)
    let waiting: Promise<void>[] | null = null
    for (const subscription of this.#subscriptions) {
      const { pattern, once, handler } = subscription
      if (!matchesPattern(event.type, pattern)) continue
      if (once) this.#subscriptions.delete(subscription)
      try {
        const answer = handler(event)
        if (typeof answer?.then === 'function') (waiting ??= []).push(Promise.resolve(answer).catch(handlerThrew))
      } catch (error) {
        handlerThrew(error)
      }
    }
    return waiting === null ? undefined : Promise.all(waiting).then(() => undefined)
  }
}
