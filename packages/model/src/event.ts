import type { Metadata } from './run.ts'
import type { TaskError } from './task.ts'

/** Event types for the end of a run. The process that detects that a run's process has gone emits `run.lost`. */
export type RunEndType = 'run.completed' | 'run.failed' | 'run.cancelled' | 'run.lost'
export type TaskEndType = 'task.completed' | 'task.failed' | 'task.skipped' | 'task.cancelled'

/** Fields that every event has. */
interface Happened {
  /** Same id for the same event, whichever process emits it and however often. Use it to drop duplicates. */
  readonly id: string
  readonly time: Date
  readonly runId: string
  /** Name of the workflow. */
  readonly workflowId: string
  /**
   * Position from which a stream that follows the store can resume after this event; absent on events of this process.
   */
  readonly position?: string
}

interface OfTask extends Happened {
  /** Span id: 16 hexadecimal digits. */
  readonly taskId: string
  readonly nodeId: string
  /** Number of this attempt, from 1. */
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
  /** Duration in seconds. */
  readonly duration: number | null
  /** Message of the error that ended it, or why it was cancelled or counted as lost. */
  readonly error: string | null
}

/** `task.retried` is emitted in addition to `task.started` for every attempt after the first. */
export interface TaskStarted extends OfTask {
  readonly type: 'task.started' | 'task.retried'
}

export interface TaskEnded extends OfTask {
  readonly type: TaskEndType
  /** Duration in seconds; null for a skipped task. */
  readonly duration: number | null
  readonly error: TaskError | null
  /** Why the task was skipped or cancelled. */
  readonly reason: string | null
}

export interface TaskProgressed extends OfTask {
  readonly type: 'task.progress'
  /** Work done so far, in the task's own unit. */
  readonly done: number
  readonly total: number | null
  readonly message: string | null
}

/** Emitted when a task ends with a measurement above the limit set for it. */
export interface ThresholdExceeded extends OfTask {
  readonly type: 'metric.threshold'
  /** Name of the measurement: a field of `TaskMetrics`, `duration`, or the task's own metric. */
  readonly metric: string
  readonly value: number
  readonly limit: number
}

/** An event of a run or a task. */
export type TrackingEvent = RunStarted | RunEnded | TaskStarted | TaskEnded | TaskProgressed | ThresholdExceeded
export type EventType = TrackingEvent['type']

/** Which events to listen to: one type, all of one kind, or all. */
export type EventPattern = EventType | 'run.*' | 'task.*' | 'metric.*' | '*'

/** Type of the events that a pattern matches. */
export type EventOf<P extends EventPattern> = P extends '*'
  ? TrackingEvent
  : P extends `${infer Kind}.*`
    ? OfType<TrackingEvent, `${Kind}.${string}`>
    : OfType<TrackingEvent, P>

/** Members of a union of events that can have the type, narrowed to it. */
type OfType<Event extends TrackingEvent, Type extends string> = Event extends TrackingEvent
  ? Extract<Event['type'], Type> extends never
    ? never
    : Event & { readonly type: Extract<Event['type'], Type> }
  : never

/** All event types. */
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

/** Returns whether an event type matches the pattern. */
export function matchesPattern(type: EventType, pattern: EventPattern): boolean {
  return pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)))
}
