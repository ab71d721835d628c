import { type Attributes, isSpanContextValid, type Link, type Span } from '@opentelemetry/api'
import { attributes as names } from '@runspan/model'

import { mergeAttributes } from './clean-attributes.ts'
import type { TaskState } from './open-state.ts'
import { recordError, STATUS_OK } from './span-outcome.ts'
import { NO_SPAN, sdkThrew } from './tracking-core.ts'

const {
  WORKFLOW_NAME,
  WORKFLOW_RUN_ID,
  WORKFLOW_TASK_ID,
  WORKFLOW_TASK_ATTEMPT,
  WORKFLOW_TASK_STATUS,
  WORKFLOW_TASK_QUEUE_TIME,
  WORKFLOW_TASK_DEPENDENCIES,
  WORKFLOW_TASK_REASON,
  WORKFLOW_TASK_METRIC_PREFIX,
} = names

/** Starts the span of a task that starts now. */
export function startTaskSpan(task: TaskState, now: number): Span {
  const { run, options, extra } = task
  const attributes: Attributes = {
    [WORKFLOW_NAME]: run.workflowId,
    [WORKFLOW_RUN_ID]: run.runId,
    [WORKFLOW_TASK_ID]: task.nodeId,
    [WORKFLOW_TASK_ATTEMPT]: task.attempt,
    // Set again at the end. Set here, it keeps its place if the host fills the span up to its attribute limit.
    [WORKFLOW_TASK_STATUS]: 'running',
  }
  if (task.queueSeconds !== null) attributes[WORKFLOW_TASK_QUEUE_TIME] = task.queueSeconds
  if (task.dependencies.length > 0) attributes[WORKFLOW_TASK_DEPENDENCIES] = task.dependencies as string[]
  const merged =
    options?.attributes === undefined && extra === null
      ? attributes
      : mergeAttributes(mergeAttributes(options?.attributes, extra), attributes)
  try {
    const spanOptions =
      task.attempt === 1
        ? { startTime: now, attributes: merged }
        : { startTime: now, attributes: merged, links: linkToLastAttempt(task) }
    return run.core.tracer.startSpan(task.nodeId, spanOptions, task.parent ?? run.context)
  } catch (error) {
    sdkThrew(error)
    return NO_SPAN
  }
}

/** Maximum tasks that are searched for the previous attempt: it is mostly one of the last. */
const MOST_LOOKED_AT = 200

/** Returns the link of a retry to its previous attempt, if this process knows it. */
function linkToLastAttempt({ run, nodeId, attempt }: TaskState): Link[] {
  const { tasks } = run
  for (let i = tasks.length - 1; i >= Math.max(0, tasks.length - MOST_LOOKED_AT); i--) {
    const earlier = tasks[i]!
    if (earlier.nodeId !== nodeId || earlier.attempt !== attempt - 1) continue
    const context = earlier.span.spanContext()
    return isSpanContextValid(context) ? [{ context, attributes: { [WORKFLOW_TASK_ATTEMPT]: earlier.attempt } }] : []
  }
  return []
}

/** Writes the outcome of a task to its span and ends it. */
export function endTaskSpan(task: TaskState, now: number): void {
  const { span, status, use, custom, reason, error } = task
  if (!span.isRecording()) return
  try {
    if (use === null) span.setAttribute(WORKFLOW_TASK_STATUS, status)
    else span.setAttributes(use.toAttributes(status))
    if (reason !== null) span.setAttribute(WORKFLOW_TASK_REASON, reason)
    for (const key in custom) span.setAttribute(WORKFLOW_TASK_METRIC_PREFIX + key, custom[key] ?? 0)
    if (status === 'completed') span.setStatus(STATUS_OK)
    else if (error !== null) recordError(span, error, now)
    span.end(now)
  } catch (thrown) {
    sdkThrew(thrown)
  }
}
