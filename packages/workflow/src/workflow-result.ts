import type { TaskStatus } from '@runspan/model'

/** Outcome of one task of a run. */
export interface TaskSummary {
  readonly status: Extract<TaskStatus, 'completed' | 'failed' | 'cancelled' | 'skipped'>
  /** Number of attempts; 0 if it never started. */
  readonly attempts: number
  /** Why the task was skipped or cancelled. */
  readonly reason: string | null
  /** Error of the last attempt, if the task failed. */
  readonly error: unknown
}

/** Outcome of a run of a workflow. */
export interface WorkflowResult<Results> {
  readonly runId: string
  readonly status: 'completed' | 'failed' | 'cancelled'
  /** Results of the completed tasks, by name. */
  readonly results: Partial<Results>
  /** Error of the first failed task, or the reason of the cancellation; undefined if the run completed. */
  readonly error: unknown
  readonly tasks: Readonly<Record<string, TaskSummary>>
}
