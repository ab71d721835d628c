import type { RunStatus } from '@runspan/model'

/** Positions of the two runs whose durations are compared. */
export interface ComparedInTime {
  readonly first: number
  readonly last: number
}

/**
 * Returns which of several runs are compared in time: the first and the last completed one. A run that failed, was cancelled or still runs
 * did less than the others, so how long it took says nothing. Null where fewer than two completed.
 */
export function comparedInTime(statuses: readonly RunStatus[]): ComparedInTime | null {
  const first = statuses.indexOf('completed')
  const last = statuses.lastIndexOf('completed')
  return first === last ? null : { first, last }
}
