import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api'
import type { Logger } from '@opentelemetry/api-logs'
import type { Metadata, RunStatus, TaskError, TaskProgress, TaskStatus } from '@runspan/model'

import type { EventHub } from './event-hub.ts'
import type { RunHandle, StartTaskOptions, TaskHandle, TaskOptions } from './handles.ts'
import type { LeftOut } from './metric-groups.ts'
import type { RunSignal } from './run-signal.ts'
import type { TaskUse } from './task-use.ts'

/*
 * State of runs and tasks as it is read by the code that records, remembers and announces them. `OpenRun` and `OpenTask`
 * implement these interfaces; the other files import only the interfaces, so that no import is circular.
 */

/** State shared by the handles of one TaskManager. */
export interface TrackingCore {
  readonly tracer: Tracer
  readonly logger: Logger
  /** Whether tasks are measured. */
  readonly measure: boolean
  /** Measurement groups that are excluded. */
  readonly leftOut: LeftOut | null
  readonly memory: { opened(run: RunState): void; ended(run: RunState): void }
  readonly events: EventHub
  /** Limits of measurements by name; a task above a limit emits an event. */
  readonly thresholds: ReadonlyMap<string, number>
}

/** A run of this process, open or ended. */
export interface RunState extends RunHandle {
  readonly core: TrackingCore
  /** Whether the run started here, so that this process records its end. */
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
  /** Asks the run's code to stop; cancels the run immediately if nobody listens. */
  abort(reason: unknown): void
  isAbort(thrown: unknown): boolean
  /** Records that one of its tasks has ended. */
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
  /** Numbers that the task reported itself. */
  readonly custom: Readonly<Record<string, number>> | null
  readonly progressed: TaskProgress | null
  readonly options: TaskOptions | undefined
  readonly extra: Attributes | null
  readonly parent: Context | null
  readonly span: Span
  readonly context: Context
}
