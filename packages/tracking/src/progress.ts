import { SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names } from '@runspan/model'

import type { TaskState } from './open-state.ts'
import { taskRecordAttributes } from './task-record.ts'

/** Tasks that said how far they are since that was last recorded. */
const changed: Set<TaskState> = new Set()

/** Leaves it to the next second's record; only the latest counts. */
export function recordProgress(task: TaskState): void {
  if (task.span.isRecording()) changed.add(task)
}

/** Emits how far tasks are that said so since the last call. Throws what the SDK throws. */
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
