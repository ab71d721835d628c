import { type Attributes, type Context, context, type Link, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names } from '@runspan/model'

import { runOf } from './active-run.ts'
import { boundedMetadata } from './bounded-json.ts'
import { checkRunOptions } from './check-options.ts'
import { mergeAttributes } from './clean-attributes.ts'
import { cleanList, cleanName, cleanOptional } from './clean-text.ts'
import { epochMilliseconds } from './clock.ts'
import { runStarted } from './events.ts'
import type { RunOptions } from './handles.ts'
import { startHeartbeat } from './heartbeat.ts'
import { MOST_TAGS, OpenRun } from './open-run.ts'
import { runOpened } from './open-runs.ts'
import type { TrackingCore } from './open-state.ts'
import { newRunId } from './run-id.ts'
import { NO_SPAN, sdkThrew } from './tracking-core.ts'

const {
  EVENT_RUN_STARTED,
  WORKFLOW_NAME,
  WORKFLOW_RUN_ID,
  WORKFLOW_RUN_METADATA,
  WORKFLOW_RUN_PARENT_ID,
  WORKFLOW_RUN_RETRY_OF,
  WORKFLOW_RUN_STATUS,
  WORKFLOW_RUN_TAGS,
  WORKFLOW_RUN_TRIGGER,
} = names

/**
 * Starts a run: its span, its record in memory, and the log record of its start.
 * Throws `TrackingError` `INVALID_NAME`, `INVALID_OPTIONS`.
 */
export function beginRun(core: TrackingCore, workflowName: string, options: RunOptions): OpenRun {
  checkRunOptions(options)
  const workflowId = cleanName(workflowName, 'workflow name')
  const runId = options.runId === undefined ? newRunId() : cleanName(options.runId, 'run id')
  const active = context.active()
  const parentRunId = options.parentRunId ?? runOf(active)?.runId
  const beginning = {
    parentRunId: cleanOptional(parentRunId, 'parentRunId'),
    retryOf: cleanOptional(options.retryOf, 'retryOf'),
    trigger: cleanOptional(options.trigger, 'trigger'),
    tags: cleanList(options.tags, MOST_TAGS, 'tags'),
  }
  const metadata = options.metadata === undefined ? null : boundedMetadata(options.metadata)
  const said: Attributes = { [WORKFLOW_NAME]: workflowId, [WORKFLOW_RUN_ID]: runId }
  if (beginning.parentRunId !== null) said[WORKFLOW_RUN_PARENT_ID] = beginning.parentRunId
  if (beginning.retryOf !== null) said[WORKFLOW_RUN_RETRY_OF] = beginning.retryOf
  if (beginning.trigger !== null) said[WORKFLOW_RUN_TRIGGER] = beginning.trigger
  if (beginning.tags.length > 0) said[WORKFLOW_RUN_TAGS] = beginning.tags as string[]
  if (metadata !== null) said[WORKFLOW_RUN_METADATA] = metadata.json

  const now = epochMilliseconds()
  const attributes = mergeAttributes(options.attributes, { ...said, [WORKFLOW_RUN_STATUS]: 'running' })
  const span = startRunSpan(core, workflowId, attributes, options.parent, active, now)
  const run = new OpenRun({
    ...beginning,
    core,
    own: true,
    runId,
    workflowId,
    signal: options.signal,
    metadata: metadata?.value ?? {},
    metadataLength: metadata?.json.length ?? 0,
    span,
    base: options.parent ?? active,
    startMilliseconds: now,
  })
  core.memory.opened(run)
  runOpened(run)
  if (span.isRecording() && (span.spanContext().traceFlags & 1) === 1) {
    emitStart(core, said, run.context, now)
    startHeartbeat(run)
  }
  runStarted(run)
  return run
}

function startRunSpan(
  core: TrackingCore,
  name: string,
  attributes: Attributes,
  parent: Context | undefined,
  active: Context,
  now: number,
): Span {
  const { tracer } = core
  try {
    if (parent !== undefined) return tracer.startSpan(name, { startTime: now, attributes }, parent)
    const around = trace.getSpanContext(active)
    const links: Link[] = around !== undefined && trace.isSpanContextValid(around) ? [{ context: around }] : []
    return tracer.startSpan(name, { root: true, startTime: now, attributes, links }, active)
  } catch (error) {
    sdkThrew(error)
    return NO_SPAN
  }
}

/** Starts are log records, because a span is only exported at its end. */
function emitStart(core: TrackingCore, attributes: Attributes, within: Context, now: number): void {
  try {
    core.logger.emit({
      eventName: EVENT_RUN_STARTED,
      timestamp: now,
      severityNumber: SeverityNumber.INFO,
      attributes: attributes as AnyValueMap,
      context: within,
    })
  } catch (error) {
    sdkThrew(error)
  }
}

/** Returns a handle for a run that another process started; that process records its end. */
export function adoptRun(core: TrackingCore, runId: string, workflowId: string, span: Span, base: Context): OpenRun {
  return new OpenRun({
    core,
    own: false,
    runId,
    workflowId,
    parentRunId: null,
    retryOf: null,
    trigger: null,
    signal: undefined,
    tags: [],
    metadata: {},
    metadataLength: 0,
    span,
    base,
    startMilliseconds: epochMilliseconds(),
  })
}

/** Returns an ended run, the parent of tasks where no context is propagated and no run can be found. */
export function outsideRun(core: TrackingCore): OpenRun {
  const run = adoptRun(core, 'outside', 'outside', NO_SPAN, ROOT_CONTEXT)
  run.status = 'completed'
  return run
}
