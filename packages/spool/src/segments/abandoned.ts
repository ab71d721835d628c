import { isAlive, isOnThisMachine, ownerOf } from '../owners/owner.ts'
import type { Silence } from '../owners/silence.ts'

/**
 * Milliseconds without a write after which a sender may take an open file whose writer is not known to be dead: a terminated
 * worker thread, or a container of this machine that is gone, leaves its last records like this. A writer that lives checks
 * before it writes again.
 */
const ABANDONED_MS = 10_000
/** Same for writers of another machine, whose changes a shared volume may show late. */
const ABANDONED_ELSEWHERE_MS = 300_000
/** Pause, by either clock, after which a writer checks whether its file was taken. */
const LOOK_AFTER_MS = 1000

/**
 * Returns whether a sender may take an open file: its writer is dead, or has been silent so long that it checks before it
 * writes again.
 */
export function isAbandoned(writer: string, path: string, changedMs: number, silence: Silence): boolean {
  const owner = ownerOf(writer)
  if (owner !== null && isAlive(owner) === false) return true
  const patienceMs = owner !== null && isOnThisMachine(owner) ? ABANDONED_MS : ABANDONED_ELSEWHERE_MS
  return silence.of(path, changedMs) > patienceMs
}

/**
 * Tells a writer when to check whether its file was taken: after a pause, including sleep of the machine or a clock change.
 */
export class WritePause {
  private monotonicMs: number = performance.now()
  private wallMs: number = Date.now()

  /** Records a write; returns whether the previous one (at first: the creation) was long ago. */
  isLong(): boolean {
    const monotonicMs = performance.now()
    const wallMs = Date.now()
    const pauseMs = Math.max(monotonicMs - this.monotonicMs, Math.abs(wallMs - this.wallMs))
    this.monotonicMs = monotonicMs
    this.wallMs = wallMs
    return pauseMs > LOOK_AFTER_MS
  }
}
