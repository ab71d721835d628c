import { printOnce } from './print-once.ts'
import type { Ignored } from './trust.ts'

/**
 * Prints what was found but is not used, each path once a process. It prints to standard error, because telemetry may not be
 * running yet.
 */
export function printIgnored(ignored: readonly Ignored[]): void {
  for (const one of ignored) printOnce(`${ignoredInWords(one)}. ${IGNORED_FIX}`)
}

/** `/srv/runspan.config.yaml is ignored: it belongs to another user (uid 1001)`. */
export function ignoredInWords({ path, reason }: Ignored): string {
  return `${path} is ignored: it ${reason}`
}

/** What to do about an ignored file or directory. */
export const IGNORED_FIX =
  'If it is yours, correct its owner or mode; what RUNSPAN_CONFIG, RUNSPAN_DATA or --data name is used as it is.'
