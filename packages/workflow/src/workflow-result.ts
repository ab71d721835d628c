import type { TaskStatus } from '@runspan/model'

/** How one task of a run ended. */
export interface TaskSummary {
  readonly status: Extract<TaskStatus, 'completed' | 'failed' | 'cancelled' | 'skipped'>
  /** 0 if it never began. */
  readonly attempts: number
  /** Why it was skipped or cancelled. */
  readonly reason: string | null
  /** What its last attempt threw, if it failed. */
  readonly error: unknown
}

/** How a run of a workflow ended. */
export interface WorkflowResult<Results> {
  readonly runId: string
  readonly status: 'completed' | 'failed' | 'cancelled'
  /** Results of the tasks that completed, by name. */
  readonly results: Partial<Results>
  /** What the first task to fail threw, or the reason of the cancellation; undefined if completed. */
  readonly error: unknown
  readonly tasks: Readonly<Record<string, TaskSummary>>
}
