import { mean } from '../statistics/statistics.ts'
import type { SampledRun } from './critical-path.ts'
import { replayed, replayOf } from './simulate.ts'

export type BottleneckReason = 'slow' | 'busy' | 'waiting' | 'unsteady' | 'retried' | 'memory'

/** Cause for which a task delays its runs. */
export interface BottleneckCause {
  readonly reason: BottleneckReason
  /**
   * slow: p50 ÷ median run; busy: CPU ÷ duration, of one core; waiting: wait ÷ (wait + self) on the path; unsteady: p95 ÷
   * p50; retried: time in failed attempts and pauses ÷ time of the task; memory: peak ÷ available memory, or ÷ its own
   * median.
   */
  readonly value: number
  /** Minimum value of the cause. */
  readonly threshold: number
  /** Mean saving over the replayed runs; null if it cannot be estimated. */
  readonly savedSeconds: number | null
  /** One sentence that says what to do. */
  readonly recommendation: string
}

/** Numbers of one task from which causes are classified. Nanoseconds and bytes. */
export interface BottleneckNumbers {
  readonly nodeId: string
  readonly count: number
  readonly p50: number | null
  readonly p95: number | null
  /** CPU of attempts whose CPU was measured, and the duration of those. */
  readonly cpu: number
  readonly measured: number
  readonly duration: number
  readonly failed: number
  readonly backoff: number
  readonly memoryPeak: number
  readonly memoryMedian: number
}

/**
 * Minimum share of the critical path of a bottleneck: halving a smaller one saves less than 5 % of the run, which no
 * comparison would prove.
 */
export const LEAST_SHARE = 0.1

/** Minimum value of each cause, and the reason for it. */
const THRESHOLDS = {
  /** p50 of the task ÷ median run: a quarter of the run in one place. */
  slow: 0.25,
  /** CPU ÷ duration: a core that does almost nothing else. */
  busy: 0.8,
  /** wait ÷ (wait + self) on the path: more waiting than working, and at least a second of it. */
  waiting: 0.5,
  /**
   * p95 ÷ p50: a lognormal duration with sigma 0.67; with fan-out the tail becomes the median (The Tail at Scale, Dean and
   * Barroso 2013).
   */
  unsteady: 3,
  /** Time in failed attempts and pauses ÷ all time of the task: what would be saved if it never failed. */
  retried: 0.1,
  /** Peak ÷ its own median: memory that is needed only now and then. */
  memory: 2,
}
const LEAST_WAIT_SECONDS = 1
const UNSTEADY_NEEDS_ATTEMPTS = 50

/** Returns all causes that apply to a task on the path, the largest saving first. */
export function bottleneckCauses(
  numbers: BottleneckNumbers,
  path: { readonly self: number; readonly wait: number },
  runs: readonly SampledRun[],
  medianRunSeconds: number,
): BottleneckCause[] {
  const { nodeId, count, p50, p95, cpu, measured, duration, failed, backoff, memoryPeak, memoryMedian } = numbers
  const p50Seconds = (p50 ?? 0) / 1e9
  const found: BottleneckCause[] = []
  const add = (
    reason: BottleneckCause['reason'],
    value: number,
    saved: () => number | null,
    recommendation: string,
  ): void => {
    if (!(value >= THRESHOLDS[reason])) return
    found.push({ reason, value, threshold: THRESHOLDS[reason], savedSeconds: saved(), recommendation })
  }
  add(
    'slow',
    medianRunSeconds === 0 ? 0 : p50Seconds / medianRunSeconds,
    () => savedBy(runs, nodeId, (seconds) => seconds / 2),
    'Split it or run its parts at once; the saving is what half of its duration would bring.',
  )
  add(
    'busy',
    measured === 0 ? 0 : cpu / measured,
    () => null,
    'It computes all the time: faster code, a faster machine or more threads help, more slots do not.',
  )
  if (path.wait >= LEAST_WAIT_SECONDS) {
    add(
      'waiting',
      path.wait / (path.wait + path.self),
      () => savedBy(runs, nodeId, (seconds) => seconds, 0),
      'It waits longer than it works: allow more at once or start it earlier; the saving is what no waiting would bring.',
    )
  }
  if (count >= UNSTEADY_NEEDS_ATTEMPTS && p50 !== null && p95 !== null && p50 > 0) {
    add(
      'unsteady',
      p95 / p50,
      () => savedBy(runs, nodeId, (seconds) => Math.min(seconds, p50Seconds)),
      'It usually takes far less: a timeout with a retry, or a second request when the first is late; the saving is what it would bring never to exceed the median.',
    )
  }
  add(
    'retried',
    duration + backoff === 0 ? 0 : (failed + backoff) / (duration + backoff),
    () => savedBy(runs, nodeId, (seconds) => seconds, 1, true),
    'Time goes into attempts that fail: look at why (flaky tasks, failure clusters).',
  )
  add(
    'memory',
    memoryMedian === 0 ? 0 : memoryPeak / memoryMedian,
    () => null,
    'Its memory varies widely: read in pieces or stream, before it is killed for it.',
  )
  return found.toSorted((a, b) => (b.savedSeconds ?? -1) - (a.savedSeconds ?? -1))
}

/**
 * Returns the mean saving of the runs if the task took other times: with changed durations, multiplied waits, or without all
 * attempts before the last.
 */
function savedBy(
  runs: readonly SampledRun[],
  nodeId: string,
  change: (seconds: number) => number,
  waitFactor = 1,
  onlyLast = false,
): number | null {
  return mean(
    runs.map(({ tasks }) => {
      const replay = replayOf(tasks, 0)
      const { nodes, durations, waits, retries } = replay
      const last = new Map(nodes.map((node, i) => [node, i]))
      const superseded = (i: number): boolean => onlyLast && nodes[i] === nodeId && last.get(nodeId) !== i
      const changed = durations.map((seconds, i) =>
        nodes[i] !== nodeId ? seconds : superseded(i) ? 0 : change(seconds),
      )
      const waitsThen = waits.map((wait, i) => {
        if (nodes[i] !== nodeId) return wait
        if (onlyLast && retries[i] === true) return Math.min(0, wait)
        return wait > 0 ? wait * waitFactor : wait
      })
      return replayed(replay, durations) - replayed({ ...replay, waits: waitsThen }, changed)
    }),
  )
}
