import type { TaskRow } from '@runspan/model'

import { secondsBetween } from '../clickhouse-time.ts'
import { type Interval, mostAtOnce } from '../statistics/intervals.ts'

/** Parallelism of a run. */
export interface Parallelism {
  /** Total seconds of all attempts that are not inside another. */
  readonly workSeconds: number
  /**
   * Work ÷ the time from the first to the last moment of the run and its attempts, which is the run's duration if clocks
   * agree; null for a run without duration.
   */
  readonly average: number | null
  /** Maximum attempts that ran at the same time; at least the average. */
  readonly peak: number
}

/** Returns the intervals of attempts that took time and are not inside another, in seconds after the run's start. */
export function outerIntervals(startTime: string, tasks: readonly TaskRow[]): Interval[] {
  return tasks
    .filter(({ status, parentTaskId }) => status !== 'skipped' && parentTaskId === undefined)
    .map((task) => {
      const from = secondsBetween(startTime, task.startTime)
      return { from, to: from + (task.durationSeconds ?? 0) }
    })
}

/** Returns the parallelism of a run with a duration in seconds; every view uses it. */
export function parallelism(durationSeconds: number, intervals: readonly Interval[]): Parallelism {
  let workSeconds = 0
  let [first, last] = [0, durationSeconds]
  for (const { from, to } of intervals) {
    workSeconds += to - from
    first = Math.min(first, from)
    last = Math.max(last, to)
  }
  const peak = mostAtOnce(intervals)
  // sums of seconds differ in their last digits
  return { workSeconds, peak, average: durationSeconds <= 0 ? null : Math.min(peak, workSeconds / (last - first)) }
}
