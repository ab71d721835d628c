import type { TaskRow } from '@runspan/model'

import { secondsBetween } from '../clickhouse-time.ts'
import { type CriticalPath, criticalPath, type PathTask } from './critical-path.ts'

/** Start and end of a run, as ClickHouse prints times; for a run that has not ended, now or its last heartbeat. */
interface RunTimes {
  readonly start: string
  readonly end: string
}

/** Returns a run's ended and skipped attempts, with times in seconds after the run's start. */
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
 * Returns the critical path of a run. For a run that has not ended it leads to now, or to its last heartbeat: it ends at the
 * open task that started first, and leads there through the tasks that had ended before it.
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
