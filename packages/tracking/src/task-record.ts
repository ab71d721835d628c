import type { AnyValueMap } from '@opentelemetry/api-logs'
import { attributes as names } from '@runspan/model'

import type { TaskState } from './open-state.ts'

/** Returns the attributes by which a log record is recognised as the task's. */
export function taskRecordAttributes({ run, nodeId, attempt }: TaskState): AnyValueMap {
  return {
    [names.WORKFLOW_NAME]: run.workflowId,
    [names.WORKFLOW_RUN_ID]: run.runId,
    [names.WORKFLOW_TASK_ID]: nodeId,
    [names.WORKFLOW_TASK_ATTEMPT]: attempt,
  }
}
