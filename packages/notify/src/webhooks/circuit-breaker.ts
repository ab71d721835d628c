const FAILURES = 5
const FIRST_PAUSE_SECONDS = 30
const LONGEST_PAUSE_SECONDS = 600

/** Stops sending to a target that fails again and again; after a pause one request tries, and the pauses grow until one succeeds. */
export class CircuitBreaker {
  private failures = 0
  private pauseSeconds: number
  private pausedUntil = 0
  private readonly firstPauseSeconds: number

  constructor(firstPauseSeconds: number = FIRST_PAUSE_SECONDS) {
    this.firstPauseSeconds = firstPauseSeconds
    this.pauseSeconds = firstPauseSeconds
  }

  get isOpen(): boolean {
    return this.failures >= FAILURES
  }

  /** How many requests may be under way at `now`, milliseconds of a monotonic clock, of those allowed at other times. */
  allowed(concurrency: number, now: number): number {
    if (now < this.pausedUntil) return 0
    return this.isOpen ? 1 : concurrency
  }

  /** When the pause ends, by the clock of `now`; 0 if there is none. */
  get resumesAt(): number {
    return this.pausedUntil
  }

  succeeded(): void {
    this.failures = 0
    this.pauseSeconds = this.firstPauseSeconds
    this.pausedUntil = 0
  }

  failed(now: number): void {
    this.failures++
    // of requests that were under way together only the first counts for the pause
    if (!this.isOpen || now < this.pausedUntil) return
    this.pauseUntil(now + this.pauseSeconds * 1000)
    this.pauseSeconds = Math.min(LONGEST_PAUSE_SECONDS, this.pauseSeconds * 2)
  }

  /** The receiver asked for quiet. */
  pauseUntil(time: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, time)
  }
}
