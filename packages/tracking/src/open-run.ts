import { type Context, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import { attributes as names, canRunBecome, type Metadata, type RunStatus, type TaskError } from '@runspan/model'

import { contextOfRun, contextWithin } from './active-run.ts'
import { boundedMetadata } from './bounded-json.ts'
import { type RunCarrier, toCarrier } from './carrier.ts'
import { cleanList, cutText } from './clean-text.ts'
import { epochMillisecondsSince } from './clock.ts'
import { describeError, describeReason, isAbortError } from './describe-error.ts'
import { runEnded } from './events.ts'
import type { RunHandle, StartTaskOptions, TaskHandle, TaskOptions } from './handles.ts'
import { stopHeartbeat } from './heartbeat.ts'
import { countLoss } from './losses.ts'
import { runClosed } from './open-runs.ts'
import type { RunState, TaskState, TrackingCore } from './open-state.ts'
import { newTask, type OpenTask } from './open-task.ts'
import { RunSignal } from './run-signal.ts'
import { recordError, STATUS_OK } from './span-outcome.ts'
import { sdkThrew } from './tracking-core.ts'
import { TrackingError } from './tracking-error.ts'

const { WORKFLOW_RUN_METADATA, WORKFLOW_RUN_REASON, WORKFLOW_RUN_STATUS, WORKFLOW_RUN_TAGS } = names

export const MOST_TAGS = 100
/** Maximum tasks of one run that can be read from memory. */
const MOST_TASKS_IN_MEMORY = 10_000

/** Maximum error text of one run in memory, in UTF-16 units; beyond it only the beginnings of messages are kept. */
const ERRORS_IN_MEMORY_LENGTH = 4 * 1024 * 1024

/** Values of a run at its start. */
export interface RunBeginning {
  readonly core: TrackingCore
  /** Whether the run started here, so that this process records its end. */
  readonly own: boolean
  readonly runId: string
  readonly workflowId: string
  readonly parentRunId: string | null
  readonly retryOf: string | null
  readonly trigger: string | null
  readonly signal: AbortSignal | undefined
  readonly tags: readonly string[]
  readonly metadata: Metadata
  /** Length of the metadata's JSON, in UTF-16 units. */
  readonly metadataLength: number
  readonly span: Span
  readonly base: Context
  readonly startMilliseconds: number
}

/** A run of this process, or the part of a run that this process has taken over. */
export class OpenRun implements RunState {
  readonly core: TrackingCore
  readonly own: boolean
  readonly runId: string
  readonly workflowId: string
  readonly parentRunId: string | null
  readonly retryOf: string | null
  readonly trigger: string | null
  readonly traceId: string | null
  readonly spanId: string
  readonly startMilliseconds: number
  readonly startedAt: number = performance.now()
  // These may refer to the host's objects, so they are released at the end.
  aborting: RunSignal | null
  context: Context
  span: Span
  status: RunStatus = 'running'
  endMilliseconds: number = Number.NaN
  tags: readonly string[]
  metadata: Metadata
  metadataLength: number
  error: TaskError | null = null
  /** Why the run was cancelled. */
  reason: string | null = null
  errorLength = 0
  /** Whether a function runs as this run and ends it. */
  hasBody = false
  /** Tasks in the order they were started; those beyond the limit only while they are open. */
  readonly tasks: OpenTask[] = []
  readonly tasksBeyond: Set<TaskState> = new Set()

  constructor(beginning: RunBeginning) {
    this.core = beginning.core
    this.own = beginning.own
    this.runId = beginning.runId
    this.workflowId = beginning.workflowId
    this.parentRunId = beginning.parentRunId
    this.retryOf = beginning.retryOf
    this.trigger = beginning.trigger
    this.aborting = new RunSignal(beginning.signal)
    this.tags = beginning.tags
    this.metadata = beginning.metadata
    this.metadataLength = beginning.metadataLength
    this.span = beginning.span
    this.startMilliseconds = beginning.startMilliseconds
    this.context = contextOfRun(beginning.base, this, beginning.span)
    const { traceId, spanId } = beginning.span.spanContext()
    this.traceId = trace.isSpanContextValid(beginning.span.spanContext()) ? traceId : null
    this.spanId = spanId
  }

  get signal(): AbortSignal | undefined {
    return this.aborting?.signal
  }

  complete(): void {
    this.mustBecome('completed')
    this.finish('completed', 'run ended')
  }

  fail(error: unknown): void {
    this.mustBecome('failed')
    this.error = describeError(error)
    this.finish('failed', `run failed: ${this.error.message}`)
  }

  cancel(reason?: unknown): void {
    this.mustBecome('cancelled')
    this.reason = describeReason(reason, 'run cancelled')
    this.finish('cancelled', this.reason)
  }

  /** Ends the run because the process ends. */
  endWith(error: unknown, reason: string): void {
    if (!this.own) this.finish('cancelled', reason)
    else if (error === null) this.cancel(reason)
    else this.fail(error)
  }

  /** Asks the run's code to stop; cancels the run immediately if nobody listens. */
  abort(reason: unknown): void {
    const heard = this.aborting?.abort(reason) ?? false
    if (!heard && !this.hasBody && this.status === 'running') this.cancel(reason)
  }

  setMetadata(metadata: Readonly<Record<string, unknown>>): void {
    if (this.hasEnded('metadata')) return
    const { value, json } = boundedMetadata({ ...this.metadata, ...boundedMetadata(metadata).value })
    this.metadata = value
    this.metadataLength = json.length
    this.span.setAttribute(WORKFLOW_RUN_METADATA, json)
  }

  addTags(...tags: readonly string[]): void {
    if (this.hasEnded('tag')) return
    this.tags = cleanList([...this.tags, ...tags], MOST_TAGS, 'tags')
    this.span.setAttribute(WORKFLOW_RUN_TAGS, this.tags as string[])
  }

  carrier(): RunCarrier {
    return toCarrier(this.runId, this.workflowId, this.span.spanContext())
  }

  withTask<T>(
    nodeId: string,
    optionsOrBody: TaskOptions | undefined | ((task: TaskHandle) => T | PromiseLike<T>),
    body?: (task: TaskHandle) => T | PromiseLike<T>,
  ): Promise<T> {
    return this.runTask(this.within(), nodeId, optionsOrBody, body)
  }

  startTask(nodeId: string, options?: StartTaskOptions): TaskHandle {
    return this.openTask(this.within(), nodeId, options)
  }

  skipTask(nodeId: string, reason: string, options?: TaskOptions): TaskHandle {
    return this.openSkipped(this.within(), nodeId, reason, options)
  }

  within(): Context {
    return contextWithin(this, this.span, this.context)
  }

  runTask<T>(
    parent: Context,
    nodeId: string,
    optionsOrBody: TaskOptions | undefined | ((task: TaskHandle) => T | PromiseLike<T>),
    body?: (task: TaskHandle) => T | PromiseLike<T>,
  ): Promise<T> {
    const plain = typeof optionsOrBody === 'function'
    let task: OpenTask
    try {
      task = newTask(this, nodeId, plain ? undefined : optionsOrBody, parent)
    } catch (error) {
      return Promise.reject(error) // callers expect errors from a promise
    }
    if (task.tracked) this.keep(task)
    else countLoss('task-outside-run', `task ${nodeId} was run outside a run that is open, and not recorded`)
    return task.execute(plain ? optionsOrBody : (body as (task: TaskHandle) => T | PromiseLike<T>))
  }

  openTask(parent: Context, nodeId: string, options?: StartTaskOptions): OpenTask {
    const task = newTask(this, nodeId, options, parent)
    if (!task.tracked) {
      const message = `Run ${this.runId} is ${this.status}: task ${task.nodeId} cannot be opened any more.`
      throw new TrackingError('ILLEGAL_TRANSITION', message)
    }
    this.keep(task)
    if (options?.start !== false) task.begin()
    return task
  }

  openSkipped(parent: Context, nodeId: string, reason: string, options?: TaskOptions): OpenTask {
    const task = this.openTask(parent, nodeId, { ...options, start: false })
    task.skip(reason)
    return task
  }

  /** Returns whether a thrown value only says that the run's signal was aborted. */
  isAbort(thrown: unknown): boolean {
    if (this.aborting?.aborted !== true) return false
    return thrown === this.aborting.reason || isAbortError(thrown)
  }

  /** Runs the body in the run's context and records its outcome; passes its result or error through unchanged. */
  async execute<T>(body: (run: RunHandle) => T | PromiseLike<T>): Promise<T> {
    this.hasBody = true
    let result: T
    try {
      result = await context.with(this.context, body, undefined, this)
    } catch (error) {
      if (this.status === 'running') {
        if (this.isAbort(error)) this.cancel(this.aborting?.reason)
        else this.fail(error)
      }
      throw error
    }
    if (this.status === 'running') this.finish('completed', 'run ended')
    return result
  }

  keep(task: OpenTask): void {
    if (this.tasks.length < MOST_TASKS_IN_MEMORY) this.tasks.push(task)
    else {
      this.tasksBeyond.add(task)
      countLoss(
        'in-memory-task-forgotten',
        `a run has over ${MOST_TASKS_IN_MEMORY} tasks: later ones are not kept in memory`,
      )
    }
  }

  taskEnded(task: TaskState): void {
    if (this.tasksBeyond.size > 0) this.tasksBeyond.delete(task)
    if (task.error === null) return
    this.errorLength += task.error.message.length + (task.error.stack?.length ?? 0)
    if (this.errorLength < ERRORS_IN_MEMORY_LENGTH) return
    task.error = { type: task.error.type, message: cutText(task.error.message, 200), stack: null }
  }

  mustBecome(status: RunStatus): void {
    if (canRunBecome(this.status, status)) return
    const message = `Run ${this.runId} is ${this.status} and cannot become ${status}.`
    throw new TrackingError('ILLEGAL_TRANSITION', message)
  }

  hasEnded(what: string): boolean {
    if (this.status === 'running') return false
    countLoss('set-after-end', `a ${what} was set on run ${this.runId} after its end, and ignored`)
    return true
  }

  finish(status: RunStatus, reason: string): void {
    stopHeartbeat(this)
    for (const task of [...this.tasks, ...this.tasksBeyond]) {
      if (task.status === 'running' || task.status === 'pending') task.cancel(reason)
    }
    const now = epochMillisecondsSince(this)
    this.status = status
    this.endMilliseconds = now
    const { span } = this
    try {
      if (span.isRecording()) {
        span.setAttribute(WORKFLOW_RUN_STATUS, status)
        if (this.reason !== null) span.setAttribute(WORKFLOW_RUN_REASON, this.reason)
        if (status === 'completed') span.setStatus(STATUS_OK)
        else if (this.error !== null) recordError(span, this.error, now)
        span.end(now)
      }
    } catch (error) {
      sdkThrew(error)
    }
    this.aborting?.close()
    this.aborting = null
    this.span = trace.wrapSpanContext(span.spanContext())
    this.context = contextOfRun(ROOT_CONTEXT, this, this.span)
    this.core.memory.ended(this)
    runClosed(this)
    runEnded(this)
  }
}
