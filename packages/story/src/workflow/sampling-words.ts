import type { Sampling } from '@runspan/analytics'

/** Returns the note next to numbers of runs of which a sampler left some out; null if none were. */
export function samplingWords(sampling: Sampling | undefined): string | null {
  if (sampling === undefined) return null
  const { storedRuns, unknownRuns } = sampling
  const stored = `${storedRuns} stored run${storedRuns === 1 ? '' : 's'}`
  return unknownRuns > 0
    ? `sampled, nobody knows how many were left out: of the ${stored} only`
    : `sampled: estimated from ${stored}`
}
