import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names } from '@runspan/model'

import type { OpenTask } from './open-task.ts'

/** Tasks that said how far they are since that was last recorded. */
const changed: Set<OpenTask> = new Set()

/** Leaves it to the next second's record; only the latest counts. */
export function recordProgress(task: OpenTask): void {
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
        [names.WORKFLOW_NAME]: run.workflowId,
        [names.WORKFLOW_RUN_ID]: run.runId,
        [names.WORKFLOW_TASK_ID]: task.nodeId,
        [names.WORKFLOW_TASK_ATTEMPT]: task.attempt,
        [names.WORKFLOW_TASK_PROGRESS_DONE]: done,
        ...(total === null ? {} : { [names.WORKFLOW_TASK_PROGRESS_TOTAL]: total }),
        ...(message === null ? {} : { [names.WORKFLOW_TASK_PROGRESS_MESSAGE]: message }),
      } as AnyValueMap,
      context: task.context,
    })
  }
}
