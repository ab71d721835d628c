import { writeSync } from 'node:fs'

import { visibleLines } from '@runspan/model'

import { failureReason } from './failure-reason.ts'

const printed = new Set<string>()
const STANDARD_ERROR = 2

/**
 * Prints a line that begins with `runspan: ` on standard error; the same line only once a process. Never throws, even if
 * standard error is closed.
 */
export function printOnce(text: string): void {
  if (printed.has(text)) return
  printed.add(text)
  try {
    writeSync(STANDARD_ERROR, `${visibleLines(`runspan: ${text}`)}\n`)
  } catch {
    // standard error is closed
  }
}

/** Prints that nothing is recorded, and why. */
export function printTrackingIsOff(error: unknown): void {
  const reason = failureReason(error).replace(/[^.!?]$/, '$&.')
  printOnce(`tracking is off: ${reason} \`runspan doctor\` has details.`)
}
