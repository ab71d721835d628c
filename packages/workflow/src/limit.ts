import type { StopSwitch } from './stop-switch.ts'

/** Limits how many callers are inside at the same time; the others enter in the order they came. */
export class Limit {
  #free: number
  readonly #waiting: Set<() => void> = new Set()

  constructor(most: number) {
    this.#free = most
  }

  /** Waits for a slot. Returns false, without a slot, if it was stopped before one was free. */
  async enter(stop: StopSwitch): Promise<boolean> {
    if (stop.stopped) return false
    if (this.#free > 0) {
      this.#free--
      return true
    }
    return new Promise((resolve) => {
      const off = stop.onStop(() => {
        this.#waiting.delete(letIn)
        resolve(false)
      })
      const letIn = (): void => {
        off()
        resolve(true)
      }
      this.#waiting.add(letIn)
    })
  }

  /** Releases a slot, or passes it to the first caller that waits. */
  leave(): void {
    for (const letIn of this.#waiting) {
      this.#waiting.delete(letIn)
      letIn()
      return
    }
    this.#free++
  }
}
