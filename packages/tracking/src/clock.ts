/** Maximum lead of this clock over `Date.now()`, which cuts to whole milliseconds. A larger lead resets the clock. */
const AHEAD_MILLISECONDS = 2
const BEHIND_MILLISECONDS = 1
/** Maximum step back of the wall clock that is waited out; a longer one is followed. */
const HOLD_MILLISECONDS = 1000

let origin = performance.timeOrigin
let latest = 0

/** Maximum drift of slewed clocks, as a share of the elapsed time. */
const SLEW = 0.001
const SLEW_MILLISECONDS = 2

/**
 * Returns milliseconds since 1970 with a resolution of about 250 ns.
 * `Date.now()` cuts to milliseconds, so a task could seem to start before the task it waited for had ended. This clock keeps
 * their order and still follows the wall clock when that is set.
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

/** A start time on the wall clock and on the monotonic clock. */
export interface Beginning {
  /** Milliseconds since 1970. */
  readonly startMilliseconds: number
  /** Time of `performance.now()`. */
  readonly startedAt: number
}

/**
 * Returns milliseconds since 1970 now, for something that started at the given time. Normally this is `epochMilliseconds()`,
 * which keeps the order of events. If the wall clock was set in between, it is the start plus the elapsed time, so that the
 * duration is right.
 */
export function epochMillisecondsSince({ startMilliseconds, startedAt }: Beginning): number {
  const passed = performance.now() - startedAt
  const now = epochMilliseconds()
  const isSet = Math.abs(now - startMilliseconds - passed) > SLEW_MILLISECONDS + SLEW * passed
  return isSet ? startMilliseconds + passed : now
}
