import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api'
import type { Logger } from '@opentelemetry/api-logs'
import type { Metadata, RunStatus, TaskError, TaskProgress, TaskStatus } from '@runspan/model'

import type { EventHub } from './event-hub.ts'
import type { RunHandle, StartTaskOptions, TaskHandle, TaskOptions } from './handles.ts'
import type { LeftOut } from './metric-groups.ts'
import type { RunSignal } from './run-signal.ts'
import type { TaskUse } from './task-use.ts'

/*
 * What the parts that record, remember and announce runs and tasks read of them. `OpenRun` and `OpenTask` implement it; the parts know these
 * interfaces only, so that no two files need each other.
 */

/** What the handles of one TaskManager share. */
export interface TrackingCore {
  readonly tracer: Tracer
  readonly logger: Logger
  /** Whether tasks are measured. */
  readonly measure: boolean
  /** What of the measurements is not wanted. */
  readonly leftOut: LeftOut | null
  readonly memory: { opened(run: RunState): void; ended(run: RunState): void }
  readonly events: EventHub
  /** Limits of measurements, by their name, above which an event tells. */
  readonly thresholds: ReadonlyMap<string, number>
}

/** A run of this process, open or ended. */
export interface RunState extends RunHandle {
  readonly core: TrackingCore
  /** Whether it began here: its end is ours to record. */
  readonly own: boolean
  readonly parentRunId: string | null
  readonly retryOf: string | null
  readonly trigger: string | null
  readonly traceId: string | null
  readonly spanId: string
  readonly startMilliseconds: number
  readonly startedAt: number
  readonly endMilliseconds: number
  readonly status: RunStatus
  readonly tags: readonly string[]
  readonly metadata: Metadata
  readonly metadataLength: number
  readonly error: TaskError | null
  readonly reason: string | null
  readonly errorLength: number
  readonly context: Context
  readonly aborting: RunSignal | null
  readonly tasks: readonly TaskState[]
  readonly tasksBeyond: ReadonlySet<TaskState>
  runTask<T>(
    parent: Context,
    nodeId: string,
    optionsOrBody: TaskOptions | undefined | ((task: TaskHandle) => T | PromiseLike<T>),
    body?: (task: TaskHandle) => T | PromiseLike<T>,
  ): Promise<T>
  openTask(parent: Context, nodeId: string, options?: StartTaskOptions): TaskHandle
  openSkipped(parent: Context, nodeId: string, reason: string, options?: TaskOptions): TaskHandle
  /** Asks whoever works on it to stop; where nobody would hear, it is cancelled at once. */
  abort(reason: unknown): void
  isAbort(thrown: unknown): boolean
  /** Notes that a task of it has ended. */
  taskEnded(task: TaskState): void
  endWith(error: unknown, reason: string): void
}

/** A task of this process, open or ended. */
export interface TaskState extends TaskHandle {
  readonly run: RunState
  readonly status: TaskStatus
  readonly startMilliseconds: number
  readonly startedAt: number
  readonly endMilliseconds: number
  readonly queueSeconds: number | null
  readonly dependencies: readonly string[]
  error: TaskError | null
  readonly reason: string | null
  readonly use: TaskUse | null
  /** Numbers it reported itself. */
  readonly custom: Readonly<Record<string, number>> | null
  readonly progressed: TaskProgress | null
  readonly options: TaskOptions | undefined
  readonly extra: Attributes | null
  readonly parent: Context | null
  readonly span: Span
  readonly context: Context
}
