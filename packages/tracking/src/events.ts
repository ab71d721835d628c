import { isTerminal, type RunEndType, type TaskEndType, type TrackingEvent } from '@runspan/model'

import type { RunState, TaskState } from './open-state.ts'

/* Emits events of runs and tasks to the hub. No event is created without a listener. */

export function runStarted(run: RunState): void {
  const { events } = run.core
  if (!events.active) return
  const { runId, workflowId, parentRunId, trigger, tags, metadata } = run
  const time = new Date(run.startMilliseconds)
  events.emit({
    type: 'run.started',
    id: eventId('run.started', runId),
    time,
    runId,
    workflowId,
    parentRunId,
    trigger,
    tags,
    metadata,
  })
}

export function runEnded(run: RunState): void {
  const { events } = run.core
  if (!events.active || !run.own || !isTerminal(run.status)) return
  const type = `run.${run.status}` as RunEndType
  const { runId, workflowId, error, reason, endMilliseconds, startMilliseconds } = run
  events.emit({
    type,
    id: eventId(type, runId, endMilliseconds),
    time: new Date(endMilliseconds),
    runId,
    workflowId,
    duration: Math.max(0, endMilliseconds - startMilliseconds) / 1000,
    error: error?.message ?? reason,
  })
}

export function taskStarted(task: TaskState): void {
  const { events } = task.run.core
  if (!events.active) return
  const same = { time: new Date(task.startMilliseconds), ...whichTask(task) }
  events.emit({ type: 'task.started', id: taskEventId('task.started', task), ...same })
  if (task.attempt > 1) events.emit({ type: 'task.retried', id: taskEventId('task.retried', task), ...same })
}

export function taskEnded(task: TaskState): void {
  const { core } = task.run
  if (!core.events.active || !isTerminal(task.status)) return
  const type = `task.${task.status}` as TaskEndType
  const time = new Date(task.endMilliseconds)
  const duration = task.status === 'skipped' ? null : Math.max(0, task.endMilliseconds - task.startMilliseconds) / 1000
  const which = whichTask(task)
  const { error, reason } = task
  core.events.emit({ type, id: taskEventId(type, task), time, ...which, duration, error, reason })
  for (const [metric, limit] of core.thresholds) {
    const value = metric === 'duration' ? duration : measured(task, metric, duration ?? 0)
    if (value === null || value <= limit) continue
    const id = `${taskEventId('metric.threshold', task)}/${metric}`
    core.events.emit({ type: 'metric.threshold', id, time, ...which, metric, value, limit })
  }
}

export function taskProgressed(task: TaskState, milliseconds: number): void {
  const { events } = task.run.core
  if (!events.active || task.progressed === null) return
  const id = `${taskEventId('task.progress', task)}/${Math.floor(milliseconds)}`
  events.emit({ type: 'task.progress', id, time: new Date(milliseconds), ...whichTask(task), ...task.progressed })
}

/** Returns the id of a run's event; a resumed run ends more than once. */
export function eventId(type: TrackingEvent['type'], runId: string, milliseconds?: number): string {
  return milliseconds === undefined ? `${type}/${runId}` : `${type}/${runId}/${Math.floor(milliseconds)}`
}

function taskEventId(type: TrackingEvent['type'], { runId, taskId, attempt }: TaskState): string {
  return `${type}/${runId}/${taskId}/${attempt}`
}

function whichTask({ run, taskId, nodeId, attempt }: TaskState): {
  runId: string
  workflowId: string
  taskId: string
  nodeId: string
  attempt: number
} {
  return { runId: run.runId, workflowId: run.workflowId, taskId, nodeId, attempt }
}

function measured({ use, custom }: TaskState, metric: string, seconds: number): number | null {
  if (custom !== null && Object.hasOwn(custom, metric)) return custom[metric] ?? null
  if (use === null) return null
  const value = (use.toMetrics(seconds, {}) as unknown as Record<string, unknown>)[metric]
  return typeof value === 'number' ? value : null
}
