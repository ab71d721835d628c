import type { RunSummary } from '@runspan/analytics'

/** Durations of completed runs in seconds; null where none completed. */
export interface Typical {
  readonly runs: number
  readonly median: number | null
  readonly p95: number | null
  readonly longest: number | null
}

/** What a run takes when it completes: headline, figures and lines rest on the same runs. */
export function typical(runs: readonly RunSummary[]): Typical {
  const seconds = runs
    .flatMap(({ status, durationSeconds }) => (status === 'completed' ? [durationSeconds] : []))
    .toSorted((a, b) => a - b)
  return {
    runs: seconds.length,
    median: median(seconds),
    p95: seconds[Math.min(seconds.length - 1, Math.floor(seconds.length * 0.95))] ?? null,
    longest: seconds.at(-1) ?? null,
  }
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
