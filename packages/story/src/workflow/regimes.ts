import type { ChangePoint } from '@runspan/analytics'
import type { RunSummary } from '@runspan/model'

import { duration } from '../words/durations.ts'
import { difference } from '../words/numbers.ts'
import { day } from '../words/times.ts'
import { typical } from './typical.ts'

/** Returns the last change of the runs' own duration that is more than noise; null if there was none. */
export function lastChange(changes: readonly ChangePoint[]): ChangePoint | null {
  return (
    changes
      .filter(({ nodeId, ratio }) => nodeId === null && difference(ratio) !== null)
      .toSorted((a, b) => (a.day < b.day ? -1 : 1))
      .at(-1) ?? null
  )
}

/** A stretch of runs with one median. */
export interface Regime {
  /** Indices into the runs, both included. */
  readonly first: number
  readonly last: number
  readonly medianSeconds: number
  readonly label: string
  readonly strong: boolean
}

/** Returns medians of the completed runs before and since the last change, or of all. */
export function regimes(runs: readonly RunSummary[], changes: readonly ChangePoint[]): Regime[] {
  const change = lastChange(changes)
  const completed = (from: number, to: number): number | null => typical(runs.slice(from, to)).median
  const cut = change === null ? 0 : runs.findIndex(({ startTime }) => startTime.slice(0, 10) >= change.day)
  const all = completed(0, runs.length)
  if (all === null) return []
  const before = cut > 0 ? completed(0, cut) : null
  const since = cut > 0 ? completed(cut, runs.length) : null
  if (change === null || before === null || since === null) {
    return [{ first: 0, last: runs.length - 1, medianSeconds: all, label: `median ${duration(all)}`, strong: false }]
  }
  // the change's own numbers, which the headline shows too
  const { ratio, beforeSeconds, afterSeconds } = change
  const far = difference(ratio, 0)
  const sign = ratio > 1 ? '+' : '−'
  return [
    {
      first: 0,
      last: cut - 1,
      medianSeconds: beforeSeconds,
      label: `median ${duration(beforeSeconds)} before`,
      strong: false,
    },
    {
      first: cut,
      last: runs.length - 1,
      medianSeconds: afterSeconds,
      label: `median ${duration(afterSeconds)} since ${day(new Date(change.day))}, ${sign}${far}`,
      strong: true,
    },
  ]
}
