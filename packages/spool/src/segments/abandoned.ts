import { isAlive, isOnThisMachine, ownerOf } from '../owners/owner.ts'
import type { Silence } from '../owners/silence.ts'

/**
 * An open file that nobody wrote to for this long may be taken by a sender, though its writer is not known to be dead: a worker thread that was
 * terminated, or a container of this machine that is gone, leaves its last records so. A writer that lives looks before it writes again.
 */
const ABANDONED_MS = 10_000
/** The same for writers of another machine, whose changes a shared volume may show late. */
const ABANDONED_ELSEWHERE_MS = 300_000
/** After a pause of this length, by either clock, a writer looks whether its file was taken. */
const LOOK_AFTER_MS = 1000

/** Whether a sender may take an open file: its writer is dead, or has been silent so long that it looks before it writes again. */
export function isAbandoned(writer: string, path: string, changedMs: number, silence: Silence): boolean {
  const owner = ownerOf(writer)
  if (owner !== null && isAlive(owner) === false) return true
  const patienceMs = owner !== null && isOnThisMachine(owner) ? ABANDONED_MS : ABANDONED_ELSEWHERE_MS
  return silence.of(path, changedMs) > patienceMs
}

/** Tells a writer when it has to look whether its file was taken: after a pause, also one in which the machine slept or the clock was set. */
export class WritePause {
  private monotonicMs: number = performance.now()
  private wallMs: number = Date.now()

  /** Notes a write, and tells whether the one before it (at first: the beginning) was long ago. */
  isLong(): boolean {
    const monotonicMs = performance.now()
    const wallMs = Date.now()
    const pauseMs = Math.max(monotonicMs - this.monotonicMs, Math.abs(wallMs - this.wallMs))
    this.monotonicMs = monotonicMs
    this.wallMs = wallMs
    return pauseMs > LOOK_AFTER_MS
  }
}
