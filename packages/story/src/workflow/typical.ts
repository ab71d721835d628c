import { median, quantile } from '@runspan/analytics'
import type { RunSummary } from '@runspan/model'

/** Durations of completed runs in seconds; null if none completed. */
export interface Typical {
  readonly runs: number
  readonly median: number | null
  readonly p95: number | null
  readonly longest: number | null
}

/** Returns the duration of completed runs: headline, figures and lines use the same runs. */
export function typical(runs: readonly RunSummary[]): Typical {
  const seconds = runs
    .flatMap(({ status, durationSeconds }) => (status === 'completed' ? [durationSeconds] : []))
    .toSorted((a, b) => a - b)
  return {
    runs: seconds.length,
    median: median(seconds),
    p95: quantile(seconds, 0.95),
    longest: seconds.at(-1) ?? null,
  }
}
