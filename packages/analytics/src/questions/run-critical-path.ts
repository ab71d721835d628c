import type { ClickHouse } from '@runspan/clickhouse'
import type { RunStatus, TaskRow, TaskStatus } from '@runspan/model'

import { secondsBetween } from '../clickhouse-time.ts'
import type { CriticalPath } from '../replay/critical-path.ts'
import { outerIntervals, parallelism } from '../replay/parallelism.ts'
import { pathOfRun } from '../replay/run-path.ts'
import { requireRun } from '../sql/find-run.ts'
import type { RunDetails } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { groupBy } from '../statistics/group-by.ts'
import { covered, type Interval } from '../statistics/intervals.ts'
import { tasksOf } from './tasks.ts'

/** What decided a run's duration, how long it waited and how many tasks ran at once. Seconds. */
export interface RunCriticalPath {
  readonly runId: string
  readonly workflow: string
  readonly status: RunStatus
  readonly durationSeconds: number
  readonly method: CriticalPath['method']
  /** True for a run that has not ended: the path leads to now. */
  readonly partial: boolean
  /**
   * Steps from first to last. Their self and wait times, plus `tailSeconds`, minus `skewSeconds`, are the run's duration.
   */
  readonly steps: readonly CriticalStep[]
  /** Seconds between the end of the last task and the end of the run. */
  readonly tailSeconds: number
  /** Waits that would be negative, because clocks disagree: shown as 0 and summed here. */
  readonly skewSeconds: number
  /** Sum of the durations of all attempts that are not inside another. */
  readonly workSeconds: number
  /** Sum of the time between ready and started of all first attempts. */
  readonly queueSeconds: number
  /** Sum of the pauses before retries. */
  readonly backoffSeconds: number
  /** Seconds in which at least one task ran. */
  readonly busySeconds: number
  /**
   * Work ÷ the time from the first to the last moment of the run and its tasks, which is its duration if clocks agree; null
   * for a run without duration.
   */
  readonly averageParallelism: number | null
  /** Maximum attempts that ran at the same time; at least the average. */
  readonly peakParallelism: number
  /** By task, the largest part of the path first. */
  readonly tasks: readonly TaskTimes[]
}

/** A step of the path. */
export interface CriticalStep {
  readonly taskId: string
  readonly nodeId: string
  readonly attempt: number
  readonly status: TaskStatus
  readonly selfSeconds: number
  readonly waitSeconds: number
  /** (self + wait) ÷ duration of the run; null for a run without duration. */
  readonly share: number | null
}

/** All attempts of a task in one run. */
export interface TaskTimes {
  readonly nodeId: string
  readonly attempts: number
  /** Running time of all attempts together. */
  readonly totalSeconds: number
  /** Running time without that of the tasks inside it. */
  readonly selfSeconds: number
  readonly queueSeconds: number
  readonly backoffSeconds: number
  /** Self and wait time of its steps on the critical path. */
  readonly pathSeconds: number
}

/**
 * Returns the critical path of a run (see `criticalPath` for the walk and its sources), with self time, waiting and
 * parallelism. Attempts that have not ended count up to now, or to the run's last heartbeat; skipped tasks take no time.
 * Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`.
 */
export async function runCriticalPath(clickhouse: ClickHouse, runId: string): Promise<RunCriticalPath> {
  const run = await requireRun(clickhouse, runId)
  const [tasks, ids] = await Promise.all([tasksOf(clickhouse, run), shownIds(clickhouse, [run])])
  return criticalPathOf(run, ids.get(run.run_id)!, tasks)
}

/** Returns the same for a run whose tasks are already read. */
export function criticalPathOf(run: RunDetails, runId: string, tasks: readonly TaskRow[]): RunCriticalPath {
  const path = pathOfRun(run, tasks)
  const durationSeconds = run.duration_ns / 1e9
  const shareOf = (seconds: number): number | null => (durationSeconds === 0 ? null : seconds / durationSeconds)
  const byAttempt = new Map(tasks.map((task) => [`${task.taskId} ${task.attempt} ${task.nodeId}`, task]))
  const ran = tasks.filter(({ status }) => status !== 'skipped')
  const intervals = outerIntervals(run.start, tasks)
  const { workSeconds, average, peak } = parallelism(durationSeconds, intervals)
  const times = taskTimes(run, ran, path)
  return {
    runId,
    workflow: run.workflow,
    status: run.status,
    durationSeconds,
    method: path.method,
    partial: run.status === 'running' || run.status === 'pending' || run.status === 'lost',
    steps: path.steps.map((step) => {
      const task = byAttempt.get(`${step.taskId} ${step.attempt} ${step.nodeId}`)!
      const share = shareOf(step.selfSeconds + step.waitSeconds)
      return { ...step, status: task.status, share }
    }),
    tailSeconds: path.tailSeconds,
    skewSeconds: path.skewSeconds,
    workSeconds,
    queueSeconds: sum(times.map(({ queueSeconds }) => queueSeconds)),
    backoffSeconds: sum(times.map(({ backoffSeconds }) => backoffSeconds)),
    busySeconds: covered(intervals),
    averageParallelism: average,
    peakParallelism: peak,
    tasks: times,
  }
}

function taskTimes(run: RunDetails, ran: readonly TaskRow[], path: CriticalPath): TaskTimes[] {
  const children = groupBy(ran, ({ parentTaskId }) => parentTaskId ?? '')
  const onPath = new Map<string, number>()
  for (const { nodeId, selfSeconds, waitSeconds } of path.steps)
    onPath.set(nodeId, (onPath.get(nodeId) ?? 0) + selfSeconds + waitSeconds)
  const own = (task: TaskRow): number => {
    const { from, to } = intervalOf(run, task)
    const parts = (task.taskId === '' ? [] : (children.get(task.taskId) ?? [])).map((child) => intervalOf(run, child))
    return to - from - covered(parts.map((part) => ({ from: Math.max(from, part.from), to: Math.min(to, part.to) })))
  }
  return [...groupBy(ran, ({ nodeId }) => nodeId)]
    .map(([nodeId, attempts]) => {
      const queued = (retry: boolean): number =>
        sum(attempts.filter(({ attempt }) => attempt > 1 === retry).map(({ queueSeconds }) => queueSeconds))
      return {
        nodeId,
        attempts: attempts.length,
        totalSeconds: sum(attempts.map(secondsOf)),
        selfSeconds: sum(attempts.map(own)),
        queueSeconds: queued(false),
        backoffSeconds: queued(true),
        pathSeconds: onPath.get(nodeId) ?? 0,
      }
    })
    .toSorted((a, b) => b.pathSeconds - a.pathSeconds || b.totalSeconds - a.totalSeconds)
}

function intervalOf(run: RunDetails, task: TaskRow): Interval {
  const from = secondsBetween(run.start, task.startTime)
  return { from, to: from + secondsOf(task) }
}

function secondsOf({ durationSeconds }: TaskRow): number {
  return durationSeconds ?? 0
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
