/** How far this clock may run ahead of `Date.now()`, which cuts to whole milliseconds, before it is set again. */
const AHEAD_MILLISECONDS = 2
const BEHIND_MILLISECONDS = 1
/** A step back of the wall clock up to this is waited out; a longer one is followed. */
const HOLD_MILLISECONDS = 1000

let origin = performance.timeOrigin
let latest = 0

/** Clocks that are slewed, not set, differ by no more than this part of the time that passes. */
const SLEW = 0.001
const SLEW_MILLISECONDS = 2

/**
 * Milliseconds since 1970 with a resolution of about 250 ns.
 * `Date.now()` cuts to milliseconds, so a task could seem to start before the one it waited for had ended;
 * this clock keeps their order and still follows the wall clock when that is set.
 */
export function epochMilliseconds(): number {
  let now = origin + performance.now()
  const wall = Date.now()
  const ahead = now - wall
  if (ahead > AHEAD_MILLISECONDS || ahead < -BEHIND_MILLISECONDS) {
    origin = wall - performance.now()
    now = wall
  }
  if (now < latest && latest - now < HOLD_MILLISECONDS) return latest
  latest = now
  return now
}

/** When something began: on the wall clock, and on the one that is never set. */
export interface Beginning {
  /** Milliseconds since 1970. */
  readonly startMilliseconds: number
  /** Of `performance.now()`. */
  readonly startedAt: number
}

/**
 * Milliseconds since 1970 now, for what began then: `epochMilliseconds()`, so that what follows keeps its order, unless the wall clock was set
 * in between. Then the time that has really passed counts, and the duration is right.
 */
export function epochMillisecondsSince({ startMilliseconds, startedAt }: Beginning): number {
  const passed = performance.now() - startedAt
  const now = epochMilliseconds()
  const isSet = Math.abs(now - startMilliseconds - passed) > SLEW_MILLISECONDS + SLEW * passed
  return isSet ? startMilliseconds + passed : now
}
