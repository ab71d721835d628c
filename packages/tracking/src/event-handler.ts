import type { EventPattern, TrackingEvent } from '@runspan/model'

/** Receives events: `taskManager.addHandler(handler)`. */
export interface EventHandler {
  /** Patterns of the events it receives; all by default. */
  readonly events?: readonly EventPattern[] | undefined
  /**
   * Called for one event after another, outside the run. Its work, its duration and its errors never affect the run. While a
   * returned promise is pending, further events wait, 10,000 at most. Beyond that the oldest are dropped and counted.
   */
  handle(event: TrackingEvent): void | PromiseLike<void>
  /** Called when the TaskManager closes: the last chance to flush, with a limit of 5 s. */
  close?(): void | PromiseLike<void>
}
