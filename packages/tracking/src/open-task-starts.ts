import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names } from '@runspan/model'

import { epochMilliseconds } from './clock.ts'
import type { OpenRun } from './open-run.ts'
import type { OpenTask } from './open-task.ts'

/** A task that is still open after this long says that it has begun: most end before, and are spared the record. */
export const OPEN_TASK_SECONDS = 1

const told = new WeakSet<OpenTask>()

/** Emits the start of each task of the run that has been open for a while. Throws what the SDK throws. */
export function emitOpenTaskStarts(run: OpenRun): void {
  const latest = epochMilliseconds() - OPEN_TASK_SECONDS * 1000
  for (const tasks of [run.tasks, run.tasksBeyond]) {
    for (const task of tasks) {
      if (task.status !== 'running' || task.startMilliseconds > latest || !task.span.isRecording() || told.has(task)) {
        continue
      }
      told.add(task)
      run.core.logger.emit({
        eventName: names.EVENT_TASK_STARTED,
        timestamp: task.startMilliseconds,
        severityNumber: SeverityNumber.INFO,
        attributes: {
          [names.WORKFLOW_NAME]: run.workflowId,
          [names.WORKFLOW_RUN_ID]: run.runId,
          [names.WORKFLOW_TASK_ID]: task.nodeId,
          [names.WORKFLOW_TASK_ATTEMPT]: task.attempt,
        } as AnyValueMap,
        context: task.context,
      })
    }
  }
}
