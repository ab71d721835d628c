import type { StopSwitch } from './stop-switch.ts'

/** Lets at most so many in at one time, in the order they came. */
export class Limit {
  #free: number
  readonly #waiting: Set<() => void> = new Set()

  constructor(most: number) {
    this.#free = most
  }

  /** Waits for a place; false, without a place, if stopped before one was free. */
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

  /** Gives a place back, or to the first who waits. */
  leave(): void {
    for (const letIn of this.#waiting) {
      this.#waiting.delete(letIn)
      letIn()
      return
    }
    this.#free++
  }
}
