import { cleanText, NAME_LENGTH } from './clean-text.ts'
import { countLoss } from './losses.ts'

const MOST_NAMES = 64

/** Numbers that a task reports itself. */
export class CustomMetrics {
  readonly values: Record<string, number> = {}

  /** Stores a number. Values that are not finite, and names beyond 64, are ignored and counted. */
  set(name: unknown, value: unknown, of: string): void {
    const key = typeof name === 'string' ? cleanText(name, NAME_LENGTH) : ''
    const full = !Object.hasOwn(this.values, key) && Object.keys(this.values).length >= MOST_NAMES
    if (key !== '' && typeof value === 'number' && Number.isFinite(value) && !full) {
      // defined, not assigned: a name `__proto__` stays a name
      Object.defineProperty(this.values, key, { value, enumerable: true, configurable: true, writable: true })
      return
    }
    const message = `a metric of task ${of} was ignored: give a name, a finite number, and at most ${MOST_NAMES} names`
    countLoss('custom-metric-refused', message)
  }
}
