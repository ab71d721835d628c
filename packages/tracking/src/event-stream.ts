import { setImmediate as turn } from 'node:timers/promises'

import { diag } from '@opentelemetry/api'
import { type EventOf, type EventPattern, matchesPattern, type TrackingEvent, type OptionKinds } from '@runspan/model'

import { optionsOf } from './check-options.ts'
import type { EventHandler } from './event-handler.ts'
import { handlerThrew } from './event-hub.ts'
import { EventQueue } from './event-queue.ts'
import { StoreFollower } from './store-follower.ts'
import type { TaskManager } from './task-manager.ts'

/** Options of an `EventStream`. */
export interface EventStreamOptions {
  /**
   * Which runs to follow. `process` (the default): runs of this TaskManager, immediately. `store`: runs of every process that
   * records into the store, as the store receives them.
   */
  readonly follow?: 'process' | 'store' | undefined
  /** With `store`: resumes after this position, a saved `stream.position`; by default starts now. */
  readonly position?: string | undefined
  /** With `store`: seconds between polls; 1 by default. */
  readonly pollSeconds?: number | undefined
  /**
   * Maximum events that wait for a slow `for await`; 10,000 by default. Beyond it the oldest are dropped and counted in
   * `dropped`.
   */
  readonly most?: number | undefined
}

/** Option kinds. Add a new option here. */
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

/**
 * Called when a store cannot be read. `isFinal` is true if waiting cannot help and the stream has ended; otherwise it resumes
 * when the store can be read again.
 */
export type StreamErrorHandler = (error: unknown, isFinal: boolean) => void

/**
 * Delivers events of runs and tasks as they happen: with `on(pattern, handler)` and `start()`, or with `for await`.
 *
 * @example
 * const stream = new EventStream(taskManager)
 * stream.on('task.failed', (event) => console.error(event.nodeId, event.error?.message))
 * stream.start()
 * await taskManager.withRun('nightly-orders', (run) => run.withTask('load', loadOrders))
 * await stream.stop()
 */
export class EventStream implements AsyncIterable<TrackingEvent> {
  readonly #manager: TaskManager
  readonly #options: EventStreamOptions
  readonly #subscriptions: Set<Subscription> = new Set()
  readonly #queues: Set<EventQueue> = new Set()
  readonly #errorHandlers: Set<StreamErrorHandler> = new Set()
  #follower: StoreFollower | null = null
  readonly #handler: EventHandler = { handle: (event) => this.#deliver(event) }
  #leave: (() => void) | null = null
  /**
   * With `store`: position after the last delivered event. A stream that starts there misses no event and repeats none.
   */
  position: string | undefined
  /** Number of events dropped because a `for await` was too slow. */
  dropped = 0

  /** Throws `TrackingError` `INVALID_OPTIONS`. */
  constructor(taskManager: TaskManager, given: EventStreamOptions = {}) {
    const options = optionsOf('EventStream', given, EVENT_STREAM)
    this.#manager = taskManager
    this.#options = options
    this.position = options.position
  }

  /**
   * Calls the handler for every event that matches the pattern (`task.failed`, `task.*`, `*`), one after another. Returns a
   * function that removes the handler.
   */
  on<P extends EventPattern>(pattern: P, handler: (event: EventOf<P>) => void | PromiseLike<void>): () => void {
    return this.#subscribe(pattern, handler as Subscription['handler'], false)
  }

  /** Same as `on`, for the first matching event only. */
  once<P extends EventPattern>(pattern: P, handler: (event: EventOf<P>) => void | PromiseLike<void>): () => void {
    return this.#subscribe(pattern, handler as Subscription['handler'], true)
  }

  /**
   * Calls the handler when the followed store cannot be read, once per outage. Returns a function that removes the handler. A
   * final error (`REPLICAS_NOT_FOLLOWED`, `INVALID_POSITION`) ends the stream, and every `for await` throws it.
   */
  onError(handler: StreamErrorHandler): () => void {
    this.#errorHandlers.add(handler)
    return () => this.#errorHandlers.delete(handler)
  }

  /** Starts listening. With `store` it keeps the process alive until `stop()`. */
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

  /** Delivers all events of this process so far now; with `store`, all events that have arrived. */
  flush(): void {
    if (this.#leave !== null && this.#follower === null) this.#manager.flushTo(this.#handler)
  }

  /**
   * Ends the stream, and every `for await`, after all events so far are delivered. Resolves when no handler runs any more.
   */
  async stop(): Promise<void> {
    // an event that has just been emitted is delivered in the next turn
    if (this.#leave !== null && this.#follower === null) await turn()
    this.#leave?.()
    this.#leave = null
    const follower = this.#follower
    this.#follower = null
    for (const queue of this.#queues) queue.end()
    await follower?.stop()
  }

  /** Starts the stream if necessary; leaving the loop leaves the stream running. */
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
      const hope = isFinal ? 'following it has ended' : 'following it resumes when it can be read'
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

  /** Delivers an event to all listeners; returns a promise only if a handler does. */
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
