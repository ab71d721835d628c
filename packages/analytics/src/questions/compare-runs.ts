import type { ClickHouse } from '@runspan/clickhouse'
import type { RunSummary, TaskStatus } from '@runspan/model'

import { dateOf } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import type { NodeHistory } from '../replay/forecast.ts'
import { requireRun } from '../sql/find-run.ts'
import { nodeHistory } from '../sql/node-history.ts'
import type { RunDetails } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { type ComparedInTime, comparedInTime } from '../statistics/compared-in-time.ts'
import { groupBy } from '../statistics/group-by.ts'
import { quantile } from '../statistics/statistics.ts'
import { criticalPathOf, type RunCriticalPath } from './run-critical-path.ts'
import { runSummary } from './runs.ts'
import { taskCounts } from './task-counts.ts'
import { tasksOf } from './tasks.ts'

/** Runs side by side; the other completed runs are compared with the first completed one. */
export interface RunComparison {
  readonly runs: readonly ComparedRun[]
  /** Indices of the two runs that task differences compare; null with fewer than two completed runs. */
  readonly compared: ComparedInTime | null
  /** By task, the largest difference of its part of the critical path first. */
  readonly tasks: readonly ComparedTask[]
}

export interface ComparedRun {
  readonly run: RunSummary
  /** Duration minus that of the first completed run; null for a run that did not complete. */
  readonly differenceSeconds: number | null
  /** Duration ÷ that of the first completed run; null for a run that did not complete, or if that duration is 0. */
  readonly ratio: number | null
  /** Time after the last task. The path parts of all tasks, plus this, minus `skewSeconds`, are the duration. */
  readonly tailSeconds: number
  readonly skewSeconds: number
  readonly workSeconds: number
  /** Waiting time on the critical path. */
  readonly waitSeconds: number
  readonly averageParallelism: number | null
}

export interface ComparedTask {
  readonly nodeId: string
  /** One entry a run, in their order; null if the run did not have the task. */
  readonly runs: readonly (ComparedTaskRun | null)[]
  /**
   * All attempts together, last completed run minus the first; null if a run lacks the task or no runs are compared.
   */
  readonly differenceSeconds: number | null
  readonly ratio: number | null
  /** Difference of its part of the critical path, waits before it included; a run without the task counts as 0. */
  readonly pathDifferenceSeconds: number | null
  /** Part of that difference that is waiting before the task. */
  readonly pathWaitDifferenceSeconds: number | null
}

export interface ComparedTaskRun {
  readonly status: TaskStatus
  readonly attempts: number
  /** Seconds of all attempts together. */
  readonly durationSeconds: number
  readonly queueSeconds: number
  /** Self and wait time on the critical path; 0 if not on it. */
  readonly pathSeconds: number
  /** Part of it that is waiting before the task. */
  readonly pathWaitSeconds: number
  readonly onPath: boolean
  /**
   * Distance from the task's usual duration, scored as in `longerThanUsual`; null with fewer than 20 earlier attempts.
   */
  readonly score: number | null
  /** Whether the score is over 3.5 in either direction. */
  readonly unusual: boolean
}

/** Maximum runs that are compared. */
const MOST_RUNS = 20
const NEEDS_ATTEMPTS = 20
const UNUSUAL = 3.5

/** One run with the data that the comparison needs. */
interface Loaded {
  readonly run: RunSummary
  readonly path: RunCriticalPath
  readonly tasks: ReadonlyMap<string, ComparedTaskRun>
}

/**
 * Returns two or more runs compared task by task, as a full outer join by node. Only completed runs are compared in time.
 * Their parts of the critical path explain a difference exactly. Two runs prove nothing, so each task is also compared with
 * its own history (`longerThanUsual` has the score). Runs that have not ended count up to now.
 * Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`, `INVALID_LIMIT`.
 */
export async function compareRuns(clickhouse: ClickHouse, runIds: readonly string[]): Promise<RunComparison> {
  if (runIds.length < 2 || runIds.length > MOST_RUNS) {
    throw new AnalyticsError('INVALID_LIMIT', `Give 2 to ${MOST_RUNS} runs to compare, not ${runIds.length}.`)
  }
  const loaded: Loaded[] = []
  for (const id of runIds) loaded.push(await load(clickhouse, await requireRun(clickhouse, id)))
  const compared = comparedInTime(loaded.map(({ run }) => run.status))
  const first = compared === null ? null : loaded[compared.first]!.run.durationSeconds
  const nodes = new Set(loaded.flatMap(({ tasks }) => [...tasks.keys()]))
  const tasks = [...nodes].map((nodeId) => comparedTask(nodeId, loaded, compared))
  return {
    compared,
    runs: loaded.map(({ run, path }) => ({
      run,
      differenceSeconds: first === null || run.status !== 'completed' ? null : run.durationSeconds - first,
      ratio: first === null || first === 0 || run.status !== 'completed' ? null : run.durationSeconds / first,
      tailSeconds: path.tailSeconds,
      skewSeconds: path.skewSeconds,
      workSeconds: path.workSeconds,
      waitSeconds: path.steps.reduce((sum, { waitSeconds }) => sum + waitSeconds, 0),
      averageParallelism: path.averageParallelism,
    })),
    tasks: tasks.toSorted(
      (a, b) =>
        Math.abs(b.pathDifferenceSeconds ?? 0) - Math.abs(a.pathDifferenceSeconds ?? 0) ||
        Math.abs(b.differenceSeconds ?? 0) - Math.abs(a.differenceSeconds ?? 0) ||
        (a.nodeId < b.nodeId ? -1 : 1),
    ),
  }
}

async function load(clickhouse: ClickHouse, details: RunDetails): Promise<Loaded> {
  const [list, counts, ids, history] = await Promise.all([
    tasksOf(clickhouse, details),
    taskCounts(clickhouse, [details]),
    shownIds(clickhouse, [details]),
    nodeHistory(clickhouse, { workflow: details.workflow, before: dateOf(details.start), except: details.run_id }),
  ])
  const runId = ids.get(details.run_id)!
  const path = criticalPathOf(details, runId, list)
  const timesOf = new Map(path.tasks.map((times) => [times.nodeId, times]))
  const waits = new Map<string, number>()
  for (const { nodeId, waitSeconds } of path.steps) waits.set(nodeId, (waits.get(nodeId) ?? 0) + waitSeconds)
  const tasks = new Map<string, ComparedTaskRun>()
  for (const [nodeId, attempts] of groupBy(list, (task) => task.nodeId)) {
    const times = timesOf.get(nodeId)
    const last = attempts.toSorted((a, b) => a.attempt - b.attempt).at(-1)!
    const durationSeconds = times?.totalSeconds ?? 0
    const score = last.status === 'completed' ? scoreOf(durationSeconds, history.get(nodeId)) : null
    tasks.set(nodeId, {
      status: last.status,
      attempts: attempts.length,
      durationSeconds,
      queueSeconds: times?.queueSeconds ?? 0,
      pathSeconds: times?.pathSeconds ?? 0,
      pathWaitSeconds: waits.get(nodeId) ?? 0,
      onPath: waits.has(nodeId),
      score,
      unusual: score !== null && Math.abs(score) > UNUSUAL,
    })
  }
  return { run: runSummary(details, runId, counts.get(details.run_id)!), path, tasks }
}

/**
 * Returns the distance of the logarithms in median absolute deviations, with a floor of 5 %; null with fewer than 20
 * attempts.
 */
function scoreOf(seconds: number, history: NodeHistory | undefined): number | null {
  if (history === undefined || history.totals.length < NEEDS_ATTEMPTS) return null
  const logarithm = (value: number): number => Math.log(Math.max(1e-9, value))
  const earlier = history.totals.map(logarithm)
  const middle = quantile(earlier, 0.5)!
  const deviation = quantile(
    earlier.map((value) => Math.abs(value - middle)),
    0.5,
  )!
  return (logarithm(seconds) - middle) / Math.max(1.4826 * deviation, 0.05)
}

function comparedTask(nodeId: string, loaded: readonly Loaded[], compared: ComparedInTime | null): ComparedTask {
  const runs = loaded.map(({ tasks }) => tasks.get(nodeId) ?? null)
  if (compared === null) {
    return {
      nodeId,
      runs,
      differenceSeconds: null,
      ratio: null,
      pathDifferenceSeconds: null,
      pathWaitDifferenceSeconds: null,
    }
  }
  const [first, last] = [runs[compared.first] ?? null, runs[compared.last] ?? null]
  const both = first !== null && last !== null
  return {
    nodeId,
    runs,
    differenceSeconds: both ? last.durationSeconds - first.durationSeconds : null,
    ratio: both && first.durationSeconds > 0 ? last.durationSeconds / first.durationSeconds : null,
    pathDifferenceSeconds: (last?.pathSeconds ?? 0) - (first?.pathSeconds ?? 0),
    pathWaitDifferenceSeconds: (last?.pathWaitSeconds ?? 0) - (first?.pathWaitSeconds ?? 0),
  }
}
