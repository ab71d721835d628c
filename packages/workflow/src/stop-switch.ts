/**
 * Notifies listeners once that a run is to be stopped. An AbortSignal would do, but Node warns of a leak when more than ten
 * tasks listen to one.
 */
export class StopSwitch {
  readonly #listeners: Set<() => void> = new Set()
  /** Reason for which it was stopped. */
  reason: unknown = undefined
  stopped = false

  stop(reason: unknown): void {
    if (this.stopped) return
    this.stopped = true
    this.reason = reason
    for (const listener of this.#listeners) listener()
    this.#listeners.clear()
  }

  /** Calls the listener when stopped. Returns a function that removes it. */
  onStop(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Waits; returns true if it was stopped meanwhile. */
  async wait(seconds: number): Promise<boolean> {
    if (this.stopped) return true
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, seconds * 1000)
      const off = this.onStop(done)
      function done(): void {
        clearTimeout(timer)
        off()
        resolve()
      }
    })
    return this.stopped
  }
}
