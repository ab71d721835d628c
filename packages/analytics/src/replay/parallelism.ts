import type { TaskRow } from '@runspan/model'

import { secondsBetween } from '../clickhouse-time.ts'
import { type Interval, mostAtOnce } from '../statistics/intervals.ts'

/** How much of a run ran at once. */
export interface Parallelism {
  /** Seconds of all attempts that are no part of another, together. */
  readonly workSeconds: number
  /** Work ÷ the time from the first to the last of the run and its attempts, which is the run's duration where clocks agree; null for a run of no length. */
  readonly average: number | null
  /** Most attempts that ran at one time; never under the average. */
  readonly peak: number
}

/** Attempts that took time and are no part of another, in seconds after the run's start. */
export function outerIntervals(startTime: string, tasks: readonly TaskRow[]): Interval[] {
  return tasks
    .filter(({ status, parentTaskId }) => status !== 'skipped' && parentTaskId === undefined)
    .map((task) => {
      const from = secondsBetween(startTime, task.startTime)
      return { from, to: from + (task.durationSeconds ?? 0) }
    })
}

/** Returns how much ran at once in a run of a duration in seconds: every face tells this. */
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
