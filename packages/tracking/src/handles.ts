import type { Attributes, AttributeValue, Context } from '@opentelemetry/api'
import type { RunStatus, TaskStatus, TimeValue } from '@runspan/model'

import type { RunCarrier } from './carrier.ts'

/** Options of a run at its start. */
export interface RunOptions {
  /** Your own id; a UUIDv7 by default. Cut at its end to 1,000 characters. */
  readonly runId?: string | undefined
  /** Stored as JSON of at most 64 kB; a value that JSON cannot hold is replaced by a text that says so. */
  readonly metadata?: unknown
  /** Tags to find the run by; at most 100. */
  readonly tags?: readonly string[] | undefined
  /** Id of the run that started this one; by default the active run, if there is one. */
  readonly parentRunId?: string | undefined
  /** Id of the run that this run retries. */
  readonly retryOf?: string | undefined
  /** What started the run: `schedule`, `manual`, `event` … */
  readonly trigger?: string | undefined
  /** An error thrown because this signal was aborted makes the run cancelled, not failed. */
  readonly signal?: AbortSignal | undefined
  /** More attributes for the run's span; Runspan's own win. */
  readonly attributes?: Attributes | undefined
  /**
   * Makes the run's span a child of this context's span. By default a run starts its own trace, linked to the active span.
   */
  readonly parent?: Context | undefined
}

/** Options of a task at its start. */
export interface TaskOptions {
  /** Number of this attempt, from 1 (the default). */
  readonly attempt?: number | undefined
  /** Names of the tasks this one waited for; at most 1,000. */
  readonly dependencies?: readonly string[] | undefined
  /** When the task could have started: a date, ISO text or milliseconds since 1970. */
  readonly readyAt?: TimeValue | undefined
  /** Same as `readyAt`, for times given by a queue. `readyAt` wins. */
  readonly queuedAt?: TimeValue | undefined
  /** Seconds the task waited between being ready and being started. Wins over `readyAt` and `queuedAt`. */
  readonly queueSeconds?: number | undefined
  /** More attributes for the task's span; Runspan's own win. */
  readonly attributes?: Attributes | undefined
}

/** Options of a task that the caller starts and ends itself. */
export interface StartTaskOptions extends TaskOptions {
  /** `false` leaves the task pending until `begin()`, `skip()` or `cancel()`. */
  readonly start?: boolean | undefined
}

/** A parent of tasks: a run, or a task with tasks inside. */
export interface TaskParent {
  /**
   * Runs a function as a task. The task is completed when the function returns and failed when it throws; it is cancelled
   * when the function throws because the run's signal was aborted. Its result or error is passed through unchanged. If the
   * run has ended, the function runs untracked.
   * Throws `TrackingError` `INVALID_NAME` before the function is called.
   */
  withTask<T>(nodeId: string, body: (task: TaskHandle) => T | PromiseLike<T>): Promise<T>
  withTask<T>(
    nodeId: string,
    options: TaskOptions | undefined,
    body: (task: TaskHandle) => T | PromiseLike<T>,
  ): Promise<T>
  /**
   * Starts a task that the caller ends itself.
   * Throws `TrackingError` `INVALID_NAME`, or `ILLEGAL_TRANSITION` if the run has ended.
   */
  startTask(nodeId: string, options?: StartTaskOptions): TaskHandle
  /** Records a task that never started. Throws the same errors as `startTask`. */
  skipTask(nodeId: string, reason: string, options?: TaskOptions): TaskHandle
}

/**
 * One run, from its start to its end. Ending it twice throws `TrackingError` `ILLEGAL_TRANSITION`; the first end stands.
 */
export interface RunHandle extends TaskParent {
  readonly runId: string
  /** Name of the workflow. */
  readonly workflowId: string
  /** 32 hexadecimal digits; null without an OpenTelemetry SDK. */
  readonly traceId: string | null
  readonly status: RunStatus
  /** Aborted by the signal given to the run or by `taskManager.cancelRun`; undefined after the end. */
  readonly signal: AbortSignal | undefined
  /**
   * OpenTelemetry context with the run active: `context.with(run.context, fn)`. After the end it holds only the run.
   */
  readonly context: Context
  /** Ends the run as completed. Every end cancels the tasks that are still open. */
  complete(): void
  fail(error: unknown): void
  cancel(reason?: unknown): void
  /** Adds keys to the metadata and replaces existing ones. Ignored and counted after the end. */
  setMetadata(metadata: Readonly<Record<string, unknown>>): void
  /** Adds tags. Ignored and counted after the end. */
  addTags(...tags: readonly string[]): void
  /** Returns plain JSON that another thread or process needs to add tasks to this run. */
  carrier(): RunCarrier
}

/** One attempt of one task. Ending it twice throws `TrackingError` `ILLEGAL_TRANSITION`; the first end stands. */
export interface TaskHandle extends TaskParent {
  /** Span id: 16 hexadecimal digits. `''` while pending; a local id without an OpenTelemetry SDK. */
  readonly taskId: string
  readonly runId: string
  readonly nodeId: string
  readonly attempt: number
  readonly status: TaskStatus
  /** OpenTelemetry context with the task active. */
  readonly context: Context
  /** Starts a pending task. */
  begin(): void
  complete(): void
  fail(error: unknown): void
  cancel(reason?: unknown): void
  /** Skips the task; only before it has started. */
  skip(reason: string): void
  /**
   * Reports progress, in the task's own unit. Calls cost almost nothing: the latest progress is recorded once a second.
   */
  progress(done: number, total?: number, message?: string): void
  /**
   * Reports a number; at most 64 names a task. A value that is not finite, or that comes after the end, is ignored and
   * counted.
   */
  setMetric(name: string, value: number): void
  /**
   * Sets an attribute of the span. Runspan's own names (`workflow.…`), and calls after the end, are ignored and counted.
   */
  setAttribute(key: string, value: AttributeValue): void
}
