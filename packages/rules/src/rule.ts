/**
 * Defines how the spans of one source become runs and tasks. All values are ClickHouse expressions over the columns of
 * `otel_traces`; they are compiled into the materialized views that fill `workflow_tasks` and `workflow_runs`. Expressions
 * must not throw on any input: use the `OrZero` and `OrNull` conversions.
 */
export interface Rule {
  /**
   * Short lower-case name, used before the key of a foreign run: `bullmq/emails:1`, `bullmq@worker:production/emails:1`.
   */
  readonly engine: string
  /** What was recorded, with which version, and its peculiarities. For readers of `runspan schema show`. */
  readonly about: string
  /**
   * Distinguishes installations of the engine whose runs may have the same key, empty if unknown; it becomes a part of the
   * run's id. It must be the same for all spans of a run. Default: nothing, for keys that are unique by themselves.
   */
  readonly installation?: string
  readonly task: TaskRule
  readonly run: RunRule
}

/**
 * Where the run's key is: on the task's span itself, or on its parent span, which must be a run's (so a task called by a task
 * is not found).
 */
export type TaskRule = TaskOutcome &
  (
    | {
        readonly runIsTold: 'by the span'
        /** Key of the run, unique within an installation of the engine. */
        readonly runKey: string
        readonly workflow: string
      }
    | { readonly runIsTold: 'by the parent' }
  )

export interface TaskOutcome {
  /** Condition for spans that are attempts of a task. */
  readonly when: string
  readonly nodeId: string
  /** Identity of the attempt together with its start and number. Default: the span id. */
  readonly taskId?: string
  /** Number from 1. Default 1. */
  readonly attempt?: string
  /** One of the model's statuses, as text. */
  readonly status: string
  /** Nanoseconds between being ready and being started. Default 0. */
  readonly queueNs?: string
  /** Array of node ids. Default none. */
  readonly dependencies?: string
  readonly errorType?: string
  readonly errorMessage?: string
  /** True if the spans have Runspan's own measurements. */
  readonly measured?: boolean
}

export interface RunRule {
  /** Condition for spans with information on the run itself. */
  readonly when: string
  /** Key of the run, unique within an installation of the engine. */
  readonly runKey: string
  /** The engine's own id of the run, if `runKey` had to be made unique. Default: `runKey`. */
  readonly shownKey?: string
  readonly workflow: string
  /** A final status, or anything else for a heartbeat. */
  readonly status: string
  /** True if the span is the program's own statement, not derived from an engine's. */
  readonly own?: boolean
  /** Start of the run in the span; NULL if it has none. Default: the span's own times. */
  readonly start?: string
  readonly end?: string
  readonly error?: string
  readonly parentRunId?: string
  /** Id of the run that this run retries. */
  readonly retryOf?: string
  readonly trigger?: string
  readonly tags?: string
  readonly metadata?: string
}
