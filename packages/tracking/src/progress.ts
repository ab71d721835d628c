import { SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names } from '@runspan/model'

import type { TaskState } from './open-state.ts'
import { taskRecordAttributes } from './task-record.ts'

/** Tasks whose progress has changed since it was last recorded. */
const changed: Set<TaskState> = new Set()

/** Schedules the progress for the next record, once a second; only the latest value counts. */
export function recordProgress(task: TaskState): void {
  if (task.span.isRecording()) changed.add(task)
}

/** Emits the progress of tasks that has changed since the last call. Throws the errors of the SDK. */
export function emitProgress(): void {
  for (const task of changed) {
    changed.delete(task)
    const { progressed, run } = task
    if (progressed === null || task.status !== 'running') continue
    const { done, total, message } = progressed
    run.core.logger.emit({
      eventName: names.EVENT_TASK_PROGRESS,
      severityNumber: SeverityNumber.INFO,
      attributes: {
        ...taskRecordAttributes(task),
        [names.WORKFLOW_TASK_PROGRESS_DONE]: done,
        ...(total === null ? {} : { [names.WORKFLOW_TASK_PROGRESS_TOTAL]: total }),
        ...(message === null ? {} : { [names.WORKFLOW_TASK_PROGRESS_MESSAGE]: message }),
      },
      context: task.context,
    })
  }
}
