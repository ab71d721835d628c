import type { TaskError, TaskMetrics, TaskProgress, TaskStatus } from '@runspan/model'

/** One attempt of a task. Times are ISO 8601 in UTC. */
export interface TaskRow {
  readonly taskId: string
  readonly runId: string
  readonly nodeId: string
  readonly attempt: number
  readonly status: TaskStatus
  readonly startTime: string
  readonly endTime: string | null
  /** Null for a skipped task; of one that has not ended, up to the last sign of life of its run. */
  readonly durationSeconds: number | null
  readonly queueSeconds: number
  readonly dependencies: readonly string[]
  readonly error: TaskError | null
  /** Why it was skipped or cancelled. */
  readonly reason: string | null
  /** What it last said of its progress, while it is open. */
  readonly progress: TaskProgress | null
  readonly metrics: TaskMetrics
  /** The task inside which it ran, of a task that did. */
  readonly parentTaskId?: string
}
