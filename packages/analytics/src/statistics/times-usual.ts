import { isTerminal, type RunStatus } from '@runspan/model'

/** Returns a run's duration ÷ the usual one; null for a run that has not ended, was lost, or has no usual duration. */
export function timesUsual(
  { status, durationSeconds }: { readonly status: RunStatus; readonly durationSeconds: number },
  usual: { readonly medianSeconds: number } | null,
): number | null {
  return isTerminal(status) && usual !== null && usual.medianSeconds > 0 ? durationSeconds / usual.medianSeconds : null
}
