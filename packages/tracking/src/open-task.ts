import {
  type Attributes,
  type AttributeValue,
  type Context,
  context,
  INVALID_SPANID,
  type Span,
  trace,
} from '@opentelemetry/api'
import { canTaskBecome, type TaskError, type TaskProgress, type TaskStatus, toDate } from '@runspan/model'

import { contextWithin } from './active-run.ts'
import { checkTaskOptions } from './check-options.ts'
import { cleanAttribute } from './clean-attributes.ts'
import { cleanList, cleanName, cleanText, NAME_LENGTH, REASON_LENGTH } from './clean-text.ts'
import { epochMilliseconds, epochMillisecondsSince } from './clock.ts'
import { attributesCpu, CpuShare, forTask } from './cpu-attribution.ts'
import { CustomMetrics } from './custom-metrics.ts'
import { describeError, describeReason } from './describe-error.ts'
import { taskEnded, taskProgressed, taskStarted } from './events.ts'
import type { StartTaskOptions, TaskHandle, TaskOptions } from './handles.ts'
import { countLoss } from './losses.ts'
import { taskClosed, taskOpened } from './open-runs.ts'
import type { RunState, TaskState } from './open-state.ts'
import { recordProgress } from './progress.ts'
import { endTaskSpan, startTaskSpan } from './task-span.ts'
import { TaskUse } from './task-use.ts'
import { localSpanId, NO_SPAN } from './tracking-core.ts'
import { TrackingError } from './tracking-error.ts'

const MOST_DEPENDENCIES = 1000
const NOTHING: readonly string[] = []

/** A task of this process. Fields without `readonly` change while it runs; readers take them from here. */
export class OpenTask implements TaskState {
  readonly run: RunState
  readonly nodeId: string
  readonly attempt: number
  readonly dependencies: readonly string[]
  /** False for a task outside an open run: it runs, but is not recorded. */
  readonly tracked: boolean
  status: TaskStatus = 'pending'
  spanId = ''
  startMilliseconds: number = Number.NaN
  startedAt: number = Number.NaN
  endMilliseconds: number = Number.NaN
  queueSeconds: number | null = null
  error: TaskError | null = null
  reason: string | null = null
  use: TaskUse | null = null
  metrics: CustomMetrics | null = null
  progressed: TaskProgress | null = null
  // These may refer to the host's objects, so they are released at the end.
  options: TaskOptions | undefined
  extra: Attributes | null = null
  parent: Context | null
  ownContext: Context | null = null
  span: Span = NO_SPAN

  constructor(run: RunState, nodeId: string, options: TaskOptions | undefined, parent: Context, tracked: boolean) {
    this.run = run
    this.nodeId = nodeId
    this.options = options
    this.parent = parent
    this.tracked = tracked
    this.attempt = options === undefined ? 1 : cleanAttempt(options.attempt)
    this.dependencies =
      options?.dependencies === undefined ? NOTHING : cleanList(options.dependencies, MOST_DEPENDENCIES, 'dependencies')
  }

  get taskId(): string {
    // Without an SDK there is no span id, and almost nobody asks: make a local one on demand.
    if (this.spanId === '' && this.status !== 'pending') this.spanId = localSpanId()
    return this.spanId
  }

  /** Numbers that the task reported itself. */
  get custom(): Readonly<Record<string, number>> | null {
    return this.metrics?.values ?? null
  }

  get runId(): string {
    return this.run.runId
  }

  get context(): Context {
    if (this.parent === null) return trace.setSpan(this.run.context, this.span)
    this.ownContext ??= trace.setSpan(this.parent, this.span)
    return this.ownContext
  }

  begin(share: CpuShare | null = null): void {
    this.mustBecome('running')
    this.start(epochMilliseconds())
    if (!this.tracked) return
    if (this.run.core.measure && this.span.isRecording()) this.startMeasuring(share)
    if (!this.run.own) taskOpened(this)
    taskStarted(this)
  }

  complete(): void {
    this.mustBecome('completed')
    this.finish('completed')
  }

  fail(error: unknown): void {
    this.mustBecome('failed')
    this.error = describeError(error)
    this.finish('failed')
  }

  cancel(reason?: unknown): void {
    this.mustBecome('cancelled')
    this.reason = describeReason(reason, 'cancelled')
    this.finish('cancelled')
  }

  skip(reason: string): void {
    this.mustBecome('skipped')
    this.reason = cleanText(String(reason), REASON_LENGTH) || 'skipped'
    this.finish('skipped')
  }

  progress(done: number, total?: number, message?: string): void {
    if (this.hasEnded('progress')) return
    const known = cleanProgress(done, total, message)
    if (known === null) return
    this.progressed = known
    recordProgress(this)
    taskProgressed(this, epochMilliseconds())
  }

  setMetric(name: string, value: number): void {
    if (this.hasEnded('metric')) return
    this.metrics ??= new CustomMetrics()
    this.metrics.set(name, value, this.nodeId)
  }

  setAttribute(key: string, value: AttributeValue): void {
    if (this.hasEnded('attribute')) return
    if (typeof key !== 'string' || key === '' || key.startsWith('workflow.')) {
      countLoss(
        'attribute-refused',
        `an attribute of task ${this.nodeId} was ignored: names in workflow. are Runspan's own`,
      )
    } else if (this.status === 'pending') this.extra = { ...this.extra, [cleanText(key, NAME_LENGTH)]: value }
    else this.span.setAttribute(cleanText(key, NAME_LENGTH), cleanAttribute(value))
  }

  withTask<T>(
    nodeId: string,
    optionsOrBody: TaskOptions | undefined | ((task: TaskHandle) => T | PromiseLike<T>),
    body?: (task: TaskHandle) => T | PromiseLike<T>,
  ): Promise<T> {
    return this.run.runTask(this.within(), nodeId, optionsOrBody, body)
  }

  startTask(nodeId: string, options?: StartTaskOptions): TaskHandle {
    return this.run.openTask(this.within(), nodeId, options)
  }

  skipTask(nodeId: string, reason: string, options?: TaskOptions): TaskHandle {
    return this.run.openSkipped(this.within(), nodeId, reason, options)
  }

  within(): Context {
    return contextWithin(this.run, this.span, this.context)
  }

  /** Runs the body and records its outcome; passes its result or error through unchanged. */
  async execute<T>(body: (task: TaskHandle) => T | PromiseLike<T>): Promise<T> {
    const share = attributesCpu() ? new CpuShare() : null
    this.begin(share)
    let result: T
    try {
      result = await (share === null
        ? context.with(this.context, body, undefined, this)
        : forTask(share, () => context.with(this.context, body, undefined, this)))
    } catch (error) {
      this.settleThrown(error)
      throw error
    }
    if (this.status === 'running') this.finish('completed')
    return result
  }

  /** Ends a task whose body threw, unless the body or the run has already ended it. */
  settleThrown(thrown: unknown): void {
    if (this.status !== 'running') return
    if (this.run.isAbort(thrown)) this.cancel(this.run.aborting?.reason)
    else this.fail(thrown)
  }

  startMeasuring(share: CpuShare | null): void {
    try {
      this.use = new TaskUse(share, this.run.core.leftOut)
    } catch (error) {
      this.measuringFailed(error)
    }
  }

  finishMeasuring(): void {
    try {
      this.use?.finish()
    } catch (error) {
      this.measuringFailed(error)
    }
  }

  /** A measurement may fail because the system lacks it or the host has replaced it; the task must go on. */
  measuringFailed(error: unknown): void {
    this.use = null
    countLoss('measurement-off', `task ${this.nodeId} is not measured`, error)
  }

  mustBecome(status: TaskStatus): void {
    if (canTaskBecome(this.status, status)) return
    const message = `Task ${this.nodeId} of run ${this.runId} is ${this.status} and cannot become ${status}.`
    throw new TrackingError('ILLEGAL_TRANSITION', message)
  }

  hasEnded(what: string): boolean {
    if (this.status === 'pending' || this.status === 'running') return false
    countLoss('set-after-end', `a ${what} was set on task ${this.nodeId} after its end, and ignored`)
    return true
  }

  start(now: number): void {
    this.status = 'running'
    this.startMilliseconds = now
    this.startedAt = performance.now()
    if (this.options !== undefined) this.queueSeconds = queueSeconds(this.options, now)
    if (!this.tracked) return
    this.span = startTaskSpan(this, now)
    const { spanId } = this.span.spanContext()
    // Without an SDK this is no id, or the parent's.
    if (spanId !== INVALID_SPANID && spanId !== this.run.spanId) this.spanId = spanId
  }

  finish(status: TaskStatus): void {
    const begins = this.status === 'pending'
    const now = begins ? epochMilliseconds() : epochMillisecondsSince(this)
    if (begins) this.start(now)
    this.status = status
    this.endMilliseconds = now
    this.finishMeasuring()
    endTaskSpan(this, now)
    this.options = undefined
    this.extra = null
    this.parent = null
    this.ownContext = null
    this.span = trace.wrapSpanContext(this.span.spanContext())
    this.run.taskEnded(this)
    if (!this.tracked) return
    if (!this.run.own) taskClosed(this)
    taskEnded(this)
  }
}

/** Returns a progress with unusable parts removed; null, counted, if nothing is usable. */
function cleanProgress(done: unknown, total: unknown, message: unknown): TaskProgress | null {
  if (typeof done !== 'number' || !Number.isFinite(done)) {
    countLoss('input-repaired', 'a progress that is not a finite number was ignored')
    return null
  }
  return {
    done,
    total: typeof total === 'number' && Number.isFinite(total) ? total : null,
    message: typeof message === 'string' ? cleanText(message, NAME_LENGTH) : null,
  }
}

function cleanAttempt(attempt: unknown): number {
  if (attempt === undefined) return 1
  if (Number.isSafeInteger(attempt) && (attempt as number) > 0) return attempt as number
  countLoss('input-repaired', 'an attempt that is not a whole number from 1 was recorded as 1')
  return 1
}

/** Returns seconds in the queue up to `now`; null without a usable value. If the clocks disagree, returns 0. */
function queueSeconds(options: TaskOptions, now: number): number | null {
  const since = options.readyAt ?? options.queuedAt
  if (options.queueSeconds === undefined && since === undefined) return null
  const seconds = options.queueSeconds ?? (now - Number(typeof since === 'string' ? toDate(since) : since)) / 1000
  // round to microseconds: the clock has no more digits, and they would only cost space
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return Math.max(0, Math.round(seconds * 1e6) / 1e6)
  countLoss('input-repaired', 'a queue time that is not a finite number was left out')
  return null
}

/** Returns a checked new task. Throws `TrackingError` `INVALID_NAME`, `INVALID_OPTIONS`. */
export function newTask(run: RunState, nodeId: string, options: TaskOptions | undefined, parent: Context): OpenTask {
  if (options !== undefined && options !== null) checkTaskOptions(options)
  return new OpenTask(run, cleanName(nodeId, 'task name'), options ?? undefined, parent, run.status === 'running')
}
