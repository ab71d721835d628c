import { isTerminal, NO_METRICS, type Task, type WorkflowRun } from '@runspan/model'

import { type Beginning, epochMillisecondsSince } from './clock.ts'
import type { RunState, TaskState } from './open-state.ts'

/** Returns a run of this process as readers see it; without tasks for lists. */
export function snapshotRun(run: RunState, tasks: readonly Task[]): WorkflowRun {
  const durationSeconds = secondsOf(run)
  return {
    runId: run.runId,
    workflow: run.workflowId,
    workflowId: run.workflowId,
    status: run.status,
    startTime: toDate(run.startMilliseconds),
    endTime: toDate(run.endMilliseconds),
    durationSeconds,
    duration: durationSeconds,
    metadata: run.metadata,
    tags: run.tags,
    parentRunId: run.parentRunId,
    traceId: run.traceId,
    retryOf: run.retryOf,
    trigger: run.trigger,
    engine: 'runspan',
    error: run.error?.message ?? run.reason,
    tasks,
  }
}

/** Returns the tasks of a run of this process, in the order they were started. */
export function snapshotTasks(run: RunState): readonly Task[] {
  return [...run.tasks, ...run.tasksBeyond].map(snapshotTask)
}

/** Returns a task of this process as readers see it. */
export function snapshotTask(task: TaskState): Task {
  const durationSeconds = task.status === 'skipped' ? null : secondsOf(task)
  const custom = { ...task.custom }
  return {
    taskId: task.taskId,
    runId: task.runId,
    nodeId: task.nodeId,
    attempt: task.attempt,
    status: task.status,
    startTime: toDate(task.startMilliseconds),
    endTime: toDate(task.endMilliseconds),
    durationSeconds,
    duration: durationSeconds,
    queueSeconds: task.queueSeconds,
    queueTime: task.queueSeconds,
    dependencies: task.dependencies,
    error: task.error,
    reason: task.reason,
    progress: isTerminal(task.status) ? null : task.progressed,
    metrics: task.use === null ? { ...NO_METRICS, custom } : task.use.toMetrics(durationSeconds ?? 0, custom),
  }
}

function toDate(milliseconds: number): Date | null {
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds)
}

function secondsOf(times: Beginning & { readonly endMilliseconds: number }): number | null {
  if (Number.isNaN(times.startMilliseconds)) return null
  const end = Number.isNaN(times.endMilliseconds) ? epochMillisecondsSince(times) : times.endMilliseconds
  return Math.max(0, end - times.startMilliseconds) / 1000
}
