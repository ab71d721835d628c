import type { TaskRow } from '@runspan/model'

import { secondsBetween } from '../clickhouse-time.ts'
import { type CriticalPath, criticalPath, type PathTask } from './critical-path.ts'

/** When a run began and ended, as ClickHouse prints times; one that has not ended, up to now or to its last sign of life. */
interface RunTimes {
  readonly start: string
  readonly end: string
}

/** A run's ended and skipped attempts, times in seconds after the run's start. */
export function pathTasks(run: Pick<RunTimes, 'start'>, tasks: readonly TaskRow[]): PathTask[] {
  return tasks
    .filter(({ status }) => status !== 'running' && status !== 'pending' && status !== 'lost')
    .map((task) => {
      const start = secondsBetween(run.start, task.startTime)
      const { taskId, nodeId, attempt, dependencies, parentTaskId } = task
      return {
        taskId,
        nodeId,
        attempt,
        dependencies,
        start,
        end: start + (task.durationSeconds ?? 0),
        parentTaskId,
        skipped: task.status === 'skipped' ? true : undefined,
      }
    })
}

/**
 * The critical path of a run. Of one that has not ended, the path to now, or to its last sign of life: it ends at the open task that began first, and
 * comes there by what had ended before it.
 */
export function pathOfRun(run: RunTimes, tasks: readonly TaskRow[]): CriticalPath {
  const runEnd = secondsBetween(run.start, run.end)
  const ended = pathTasks(run, tasks)
  const [open] = tasks
    .filter(({ status }) => status === 'running' || status === 'lost')
    .toSorted((a, b) => secondsBetween(b.startTime, a.startTime))
  if (open === undefined) return criticalPath(ended, 0, runEnd)
  const start = secondsBetween(run.start, open.startTime)
  const before = criticalPath(
    ended.filter(({ end }) => end <= start),
    0,
    start,
  )
  const { taskId, nodeId, attempt } = open
  const step = { taskId, nodeId, attempt, selfSeconds: Math.max(0, runEnd - start), waitSeconds: before.tailSeconds }
  return {
    ...before,
    steps: [...before.steps, step],
    tailSeconds: 0,
    skewSeconds: before.skewSeconds + Math.max(0, start - runEnd),
  }
}
