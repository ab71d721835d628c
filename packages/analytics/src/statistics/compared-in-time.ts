import type { RunStatus } from '@runspan/model'

/** Indices of the two runs whose durations are compared. */
export interface ComparedInTime {
  readonly first: number
  readonly last: number
}

/**
 * Returns which of several runs are compared in time: the first and the last completed one. A run that failed, was cancelled
 * or is running did less than the others, so its duration means nothing. Null with fewer than two completed runs.
 */
export function comparedInTime(statuses: readonly RunStatus[]): ComparedInTime | null {
  const first = statuses.indexOf('completed')
  const last = statuses.lastIndexOf('completed')
  return first === last ? null : { first, last }
}
