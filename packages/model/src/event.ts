import type { Metadata } from './run.ts'
import type { TaskError } from './task.ts'

/** What happened to a run. `run.lost` is said by whoever finds that its process has gone. */
export type RunEndType = 'run.completed' | 'run.failed' | 'run.cancelled' | 'run.lost'
export type TaskEndType = 'task.completed' | 'task.failed' | 'task.skipped' | 'task.cancelled'

/** What every event says. */
interface Happened {
  /** The same for the same happening, whoever tells of it and how often. */
  readonly id: string
  readonly time: Date
  readonly runId: string
  /** Name of the workflow. */
  readonly workflowId: string
  /** Where a stream that follows the store can go on after this event; absent on events of this process. */
  readonly position?: string
}

interface OfTask extends Happened {
  /** The span id, hexadecimal, 16 digits. */
  readonly taskId: string
  readonly nodeId: string
  /** From 1. */
  readonly attempt: number
}

export interface RunStarted extends Happened {
  readonly type: 'run.started'
  readonly parentRunId: string | null
  readonly trigger: string | null
  readonly tags: readonly string[]
  readonly metadata: Metadata
}

export interface RunEnded extends Happened {
  readonly type: RunEndType
  /** Seconds. */
  readonly duration: number | null
  /** Message of the error that ended it, or why it was cancelled or counts as lost. */
  readonly error: string | null
}

/** `task.retried` comes beside the `task.started` of every attempt after the first. */
export interface TaskStarted extends OfTask {
  readonly type: 'task.started' | 'task.retried'
}

export interface TaskEnded extends OfTask {
  readonly type: TaskEndType
  /** Seconds; null for a skipped task. */
  readonly duration: number | null
  readonly error: TaskError | null
  /** Why it was skipped or cancelled. */
  readonly reason: string | null
}

export interface TaskProgressed extends OfTask {
  readonly type: 'task.progress'
  /** In the task's own unit. */
  readonly done: number
  readonly total: number | null
  readonly message: string | null
}

/** A task has ended with a measurement above the limit set for it. */
export interface ThresholdExceeded extends OfTask {
  readonly type: 'metric.threshold'
  /** Name in `TaskMetrics`, `duration`, or the task's own name of it. */
  readonly metric: string
  readonly value: number
  readonly limit: number
}

/** Something that happened to a run or a task. */
export type TrackingEvent = RunStarted | RunEnded | TaskStarted | TaskEnded | TaskProgressed | ThresholdExceeded
export type EventType = TrackingEvent['type']

/** What to listen to: one type, all of a kind, or everything. */
export type EventPattern = EventType | 'run.*' | 'task.*' | 'metric.*' | '*'

/** Events of one pattern. */
export type EventOf<P extends EventPattern> = P extends '*'
  ? TrackingEvent
  : P extends `${infer Kind}.*`
    ? OfType<TrackingEvent, `${Kind}.${string}`>
    : OfType<TrackingEvent, P>

/** Those of a union of events that can be of the type, as far as they can. */
type OfType<Event extends TrackingEvent, Type extends string> = Event extends TrackingEvent
  ? Extract<Event['type'], Type> extends never
    ? never
    : Event & { readonly type: Extract<Event['type'], Type> }
  : never

/** Every type of event. */
export const EVENT_TYPES: readonly EventType[] = [
  'run.started',
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.lost',
  'task.started',
  'task.completed',
  'task.failed',
  'task.skipped',
  'task.cancelled',
  'task.retried',
  'task.progress',
  'metric.threshold',
]

/** Whether an event is one that the pattern asks for. */
export function matchesPattern(type: EventType, pattern: EventPattern): boolean {
  return pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)))
}
