import { isTerminal, type RunStatus } from '@runspan/model'

/**
 * Returns how many times the usual duration a run took; null for a run that has not ended, that was lost, or that has nothing to be
 * compared with.
 */
export function timesUsual(
  { status, durationSeconds }: { readonly status: RunStatus; readonly durationSeconds: number },
  usual: { readonly medianSeconds: number } | null,
): number | null {
  return isTerminal(status) && usual !== null && usual.medianSeconds > 0 ? durationSeconds / usual.medianSeconds : null
}
