import type { Attributes, AttributeValue, Context } from '@opentelemetry/api'
import type { RunStatus, TaskStatus, TimeValue } from '@runspan/model'

import type { RunCarrier } from './carrier.ts'

/** What can be said of a run when it begins. */
export interface RunOptions {
  /** Your own id; a UUIDv7 by default. Cut at its end to 1,000 characters. */
  readonly runId?: string | undefined
  /** Kept as JSON of at most 64 kB; what JSON cannot hold is replaced by a text that says so. */
  readonly metadata?: unknown
  /** Words to find the run by; at most 100. */
  readonly tags?: readonly string[] | undefined
  /** The run that started this one; by default the active run, if there is one. */
  readonly parentRunId?: string | undefined
  /** The run that this one tries again. */
  readonly retryOf?: string | undefined
  /** What started the run: `schedule`, `manual`, `event` … */
  readonly trigger?: string | undefined
  /** An error thrown because this signal was aborted makes the run cancelled, not failed. */
  readonly signal?: AbortSignal | undefined
  /** Further attributes of the run's span; Runspan's own win. */
  readonly attributes?: Attributes | undefined
  /** Makes the run's span a child of this context's span; by default a run begins a trace of its own, linked to the active span. */
  readonly parent?: Context | undefined
}

/** What can be said of a task when it begins. */
export interface TaskOptions {
  /** Number of this attempt, from 1 (the default). */
  readonly attempt?: number | undefined
  /** Names of the tasks this one waited for; at most 1,000. */
  readonly dependencies?: readonly string[] | undefined
  /** When it could have begun: a date, ISO text or milliseconds since 1970. */
  readonly readyAt?: TimeValue | undefined
  /** The same, where a queue says it. `readyAt` wins. */
  readonly queuedAt?: TimeValue | undefined
  /** Seconds it waited between being ready and being started. Wins over both. */
  readonly queueSeconds?: number | undefined
  /** Further attributes of the task's span; Runspan's own win. */
  readonly attributes?: Attributes | undefined
}

/** Options of a task opened by hand. */
export interface StartTaskOptions extends TaskOptions {
  /** `false` leaves the task pending until `begin()`, `skip()` or `cancel()`. */
  readonly start?: boolean | undefined
}

/** Something that can run tasks: a run, or a task with tasks inside. */
export interface TaskParent {
  /**
   * Runs a function as a task: completed when it returns, failed when it throws, cancelled when it throws because the run's signal was aborted.
   * Its result and its error come back untouched. If the run has ended, it runs untracked.
   * Throws `TrackingError` `INVALID_NAME` before the function is called.
   */
  withTask<T>(nodeId: string, body: (task: TaskHandle) => T | PromiseLike<T>): Promise<T>
  withTask<T>(
    nodeId: string,
    options: TaskOptions | undefined,
    body: (task: TaskHandle) => T | PromiseLike<T>,
  ): Promise<T>
  /** Opens a task by hand. Throws `TrackingError` `INVALID_NAME`, or `ILLEGAL_TRANSITION` if the run has ended. */
  startTask(nodeId: string, options?: StartTaskOptions): TaskHandle
  /** Records a task that never began. Throws as `startTask` does. */
  skipTask(nodeId: string, reason: string, options?: TaskOptions): TaskHandle
}

/** One run, from its start to its end. A second end throws `TrackingError` `ILLEGAL_TRANSITION`; the first stands. */
export interface RunHandle extends TaskParent {
  readonly runId: string
  /** Name of the workflow. */
  readonly workflowId: string
  /** Hexadecimal, 32 digits; null where no OpenTelemetry SDK makes traces. */
  readonly traceId: string | null
  readonly status: RunStatus
  /** Aborted when the signal given to the run is, or by `taskManager.cancelRun`; undefined after the end. */
  readonly signal: AbortSignal | undefined
  /** OpenTelemetry context with the run active: `context.with(run.context, fn)`. After the end it holds nothing else any more. */
  readonly context: Context
  /** Ends it as completed. Tasks still open are cancelled, as at every end. */
  complete(): void
  fail(error: unknown): void
  cancel(reason?: unknown): void
  /** Adds to the metadata; the same keys are replaced. After the end it is ignored and counted. */
  setMetadata(metadata: Readonly<Record<string, unknown>>): void
  /** After the end it is ignored and counted. */
  addTags(...tags: readonly string[]): void
  /** What another thread or process needs to add tasks to this run; plain JSON. */
  carrier(): RunCarrier
}

/** One attempt of one task. A second end throws `TrackingError` `ILLEGAL_TRANSITION`; the first stands. */
export interface TaskHandle extends TaskParent {
  /** The span id, hexadecimal, 16 digits; `''` while pending; made up where no OpenTelemetry SDK makes spans. */
  readonly taskId: string
  readonly runId: string
  readonly nodeId: string
  readonly attempt: number
  readonly status: TaskStatus
  /** OpenTelemetry context with the task active. */
  readonly context: Context
  /** Begins a pending task. */
  begin(): void
  complete(): void
  fail(error: unknown): void
  cancel(reason?: unknown): void
  /** Only before it has begun. */
  skip(reason: string): void
  /** Says how far it is, in a unit of its own. Calls cost next to nothing: what is recorded is the latest, once a second. */
  progress(done: number, total?: number, message?: string): void
  /** Reports a number of your own; at most 64 names a task. What is no finite number, or comes late, is ignored and counted. */
  setMetric(name: string, value: number): void
  /** Sets an attribute of the span. Runspan's own names (`workflow.…`), and anything after the end, are ignored and counted. */
  setAttribute(key: string, value: AttributeValue): void
}
