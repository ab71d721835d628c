import type { RunEndType, RunStatus, TaskEndType, TaskStatus, TrackingEvent } from '@runspan/model'
import { plainText, runClause, taskClause } from '@runspan/story'

/** An event in words: the subject, what happened, and the reason if there is one. */
export interface EventText {
  /** A workflow, or a task in it. */
  readonly subject: string
  readonly words: string
  readonly detail: string | null
}

/** Returns an event as a sentence: `nightly-orders` `failed after 4 min 2 s` and the error. */
export function eventText(event: TrackingEvent): EventText {
  const { workflowId } = event
  const subject = 'nodeId' in event ? `${event.nodeId} of ${workflowId}` : workflowId
  const verb = event.type.slice(event.type.indexOf('.') + 1)
  switch (event.type) {
    case 'run.started':
      return { subject, words: 'started', detail: null }
    case 'run.completed':
    case 'run.failed':
    case 'run.cancelled':
    case 'run.lost':
      return {
        subject,
        words: plainText(
          runClause({
            status: RUN_STATUS[event.type],
            durationSeconds: event.duration,
            endTime: event.time.toISOString(),
          }),
        ),
        detail: event.error,
      }
    case 'task.started':
    case 'task.retried':
      return { subject, words: event.attempt > 1 ? `${verb}, attempt ${event.attempt}` : verb, detail: null }
    case 'task.completed':
    case 'task.failed':
    case 'task.skipped':
    case 'task.cancelled':
      return {
        subject,
        words: plainText(taskClause(TASK_STATUS[event.type], event.duration)),
        detail: event.error?.message ?? event.reason,
      }
    case 'task.progress':
      return {
        subject,
        words: event.total === null ? `has done ${event.done}` : `has done ${event.done} of ${event.total}`,
        detail: event.message,
      }
    case 'metric.threshold':
      return { subject, words: `used ${event.value} of ${event.metric}, more than ${event.limit}`, detail: null }
  }
}

const RUN_STATUS: Readonly<Record<RunEndType, RunStatus>> = {
  'run.completed': 'completed',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
  'run.lost': 'lost',
}

const TASK_STATUS: Readonly<Record<TaskEndType, TaskStatus>> = {
  'task.completed': 'completed',
  'task.failed': 'failed',
  'task.skipped': 'skipped',
  'task.cancelled': 'cancelled',
}
