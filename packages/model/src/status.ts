/**
 * Statuses of a run. `lost` is set by readers, for a run without a heartbeat; a program never sets it on its own run.
 */
export type RunStatus = 'pending' | 'running' | 'lost' | 'completed' | 'cancelled' | 'failed'

/** Statuses of one attempt of a task. */
export type TaskStatus = RunStatus | 'skipped'

/** Number of every status in the tables: `workflow_tasks.status` and the low four bits of `workflow_runs.state`. */
export const STATUS_NUMBER: Readonly<Record<TaskStatus, number>> = {
  pending: 0,
  running: 1,
  lost: 2,
  completed: 3,
  skipped: 4,
  cancelled: 5,
  failed: 6,
}

/** Statuses in the order of their numbers. */
export const STATUSES: readonly TaskStatus[] = Object.keys(STATUS_NUMBER) as TaskStatus[]

/** Returns whether a status is final. */
export function isTerminal(status: TaskStatus): boolean {
  return STATUS_NUMBER[status] >= STATUS_NUMBER.completed
}

const RUN_TRANSITIONS: Readonly<Record<string, readonly RunStatus[]>> = {
  pending: ['running', 'cancelled', 'failed'],
  running: ['completed', 'failed', 'cancelled'],
}

const TASK_TRANSITIONS: Readonly<Record<string, readonly TaskStatus[]>> = {
  pending: ['running', 'skipped', 'cancelled', 'failed'],
  running: ['completed', 'failed', 'cancelled'],
}

/** Returns whether a run may change from one status to another. */
export function canRunBecome(from: RunStatus, to: RunStatus): boolean {
  return RUN_TRANSITIONS[from]?.includes(to) ?? false
}

/** Returns whether an attempt of a task may change from one status to another. */
export function canTaskBecome(from: TaskStatus, to: TaskStatus): boolean {
  return TASK_TRANSITIONS[from]?.includes(to) ?? false
}

/** Seconds between heartbeats of an open run. A run without a heartbeat for three times this long counts as lost. */
export const HEARTBEAT_SECONDS = 30
