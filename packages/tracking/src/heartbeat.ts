import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names, HEARTBEAT_SECONDS } from '@runspan/model'

import type { OpenRun } from './open-run.ts'
import { emitOpenTaskStarts, OPEN_TASK_SECONDS } from './open-task-starts.ts'
import { sdkThrew } from './tracking-core.ts'

const alive = new Set<OpenRun>()
let timers: readonly NodeJS.Timeout[] = []

/** Says from now on, every 30 s, that the run still lives, and which tasks it has open; one pair of timers for all runs of the process, none while there is no run. */
export function startHeartbeat(run: OpenRun): void {
  alive.add(run)
  if (timers.length > 0) return
  timers = [
    setInterval(beat, HEARTBEAT_SECONDS * 1000).unref(),
    setInterval(tellOpenTasks, OPEN_TASK_SECONDS * 1000).unref(),
  ]
}

export function stopHeartbeat(run: OpenRun): void {
  if (!alive.delete(run) || alive.size > 0) return
  for (const timer of timers) clearInterval(timer)
  timers = []
}

function beat(): void {
  for (const run of alive) {
    try {
      run.core.logger.emit({
        eventName: names.EVENT_RUN_HEARTBEAT,
        severityNumber: SeverityNumber.DEBUG,
        attributes: { [names.WORKFLOW_NAME]: run.workflowId, [names.WORKFLOW_RUN_ID]: run.runId } as AnyValueMap,
        context: run.context,
      })
    } catch (error) {
      sdkThrew(error)
    }
  }
}

function tellOpenTasks(): void {
  for (const run of alive) {
    try {
      emitOpenTaskStarts(run)
    } catch (error) {
      sdkThrew(error)
    }
  }
}
