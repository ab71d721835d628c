/** Counts how often something happened in the last seconds, by second. */
export class RateWindow {
  readonly #windowSeconds: number
  readonly #seconds: Map<number, number> = new Map()

  constructor(windowSeconds: number) {
    this.#windowSeconds = windowSeconds
  }

  add(nowMilliseconds: number): void {
    const second = Math.floor(nowMilliseconds / 1000)
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + 1)
    for (const old of this.#seconds.keys()) {
      if (old > second - this.#windowSeconds) return
      this.#seconds.delete(old)
    }
  }

  /** Returns the rate per second over the window, or since `sinceMilliseconds` if that is shorter. */
  perSecond(nowMilliseconds: number, sinceMilliseconds: number): number {
    const from = Math.floor(nowMilliseconds / 1000) - this.#windowSeconds
    const seconds = Math.min(this.#windowSeconds, (nowMilliseconds - sinceMilliseconds) / 1000)
    if (seconds <= 0) return 0
    let count = 0
    for (const [second, times] of this.#seconds) if (second > from) count += times
    return count / seconds
  }
}
