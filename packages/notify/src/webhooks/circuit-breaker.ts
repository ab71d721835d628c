const FAILURES = 5
const FIRST_PAUSE_SECONDS = 30
const LONGEST_PAUSE_SECONDS = 600

/**
 * Stops sending to a target that fails repeatedly. After a pause one request is tried, and the pauses grow until one
 * succeeds.
 */
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

  /**
   * Returns how many requests may run at `now`, milliseconds of a monotonic clock; `concurrency` while it is closed.
   */
  allowed(concurrency: number, now: number): number {
    if (now < this.pausedUntil) return 0
    return this.isOpen ? 1 : concurrency
  }

  /** End of the pause, by the clock of `now`; 0 without a pause. */
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
    // of concurrent failures only the first extends the pause
    if (!this.isOpen || now < this.pausedUntil) return
    this.pauseUntil(now + this.pauseSeconds * 1000)
    this.pauseSeconds = Math.min(LONGEST_PAUSE_SECONDS, this.pauseSeconds * 2)
  }

  /** Pauses because the receiver asked for it. */
  pauseUntil(time: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, time)
  }
}
