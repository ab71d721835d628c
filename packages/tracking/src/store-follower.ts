import { setTimeout as sleep } from 'node:timers/promises'

import type { TrackingEvent } from '@runspan/model'

import type { EventPage } from './run-reader.ts'

/** Maximum seconds between two retries of a store that cannot be read. */
const LONGEST_PAUSE_SECONDS = 30

/** Errors that waiting cannot fix: the store cannot be followed, or not from that position. */
const FINAL: ReadonlySet<unknown> = new Set(['REPLICAS_NOT_FOLLOWED', 'INVALID_POSITION'])

/** Reads the events of a store from a position, page by page, until it is stopped. */
export class StoreFollower {
  readonly #store: { eventsSince(position?: string): Promise<EventPage> }
  readonly #onEvent: (event: TrackingEvent) => Promise<void>
  readonly #onPosition: (position: string) => void
  readonly #onError: (error: unknown, isFinal: boolean) => void
  readonly #pollSeconds: number
  readonly #stopping: AbortController = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(
    store: { eventsSince(position?: string): Promise<EventPage> },
    onEvent: (event: TrackingEvent) => Promise<void>,
    onPosition: (position: string) => void,
    onError: (error: unknown, isFinal: boolean) => void,
    pollSeconds: number,
  ) {
    this.#store = store
    this.#onEvent = onEvent
    this.#onPosition = onPosition
    this.#onError = onError
    this.#pollSeconds = pollSeconds
  }

  start(position: string | undefined): void {
    this.#running = this.#follow(position)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #follow(position: string | undefined): Promise<void> {
    const { signal } = this.#stopping
    let at = position
    let failures = 0
    while (!signal.aborted) {
      let pause = this.#pollSeconds
      try {
        const page = await this.#store.eventsSince(at)
        failures = 0
        if (signal.aborted) return
        for (const event of page.events) {
          await this.#onEvent(event)
          if (signal.aborted) return
        }
        at = page.position
        this.#onPosition(at)
        if (page.more) continue
      } catch (error) {
        // delivered events are not repeated, since the position is kept
        pause = Math.min(LONGEST_PAUSE_SECONDS, this.#pollSeconds * 2 ** failures++)
        const isFinal = FINAL.has((error as { code?: unknown } | null)?.code)
        if (isFinal || failures === 1) this.#onError(error, isFinal)
        if (isFinal) return
      }
      await sleep(pause * 1000, undefined, { signal }).catch(() => undefined)
    }
  }
}
