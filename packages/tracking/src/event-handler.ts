import type { EventPattern, TrackingEvent } from '@runspan/model'

/** Something that is told of events: `taskManager.addHandler(handler)`. */
export interface EventHandler {
  /** What it wants to hear of; everything by default. */
  readonly events?: readonly EventPattern[] | undefined
  /**
   * Called for one event after another, never from within the run: what it does, how long it takes and what it throws are nothing to the run.
   * While a returned promise is pending further events wait, 10,000 at most; beyond that the oldest are dropped and counted.
   */
  handle(event: TrackingEvent): void | PromiseLike<void>
  /** Called when the TaskManager closes: the last chance to flush, 5 s long. */
  close?(): void | PromiseLike<void>
}
