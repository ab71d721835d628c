/**
 * What makes the spans of one source runs and tasks. All values are ClickHouse expressions over the columns of
 * `otel_traces`; they are compiled into the materialized views that fill `workflow_tasks` and `workflow_runs`.
 * Expressions must not throw on any input: use the `OrZero` and `OrNull` conversions.
 */
export interface Rule {
  /** Short lower-case name; stands before the key of a foreign run: `bullmq/emails:1`, `bullmq@worker:production/emails:1`. */
  readonly engine: string
  /** What was recorded, with which version, and what is peculiar. For readers of `runspan schema show`. */
  readonly about: string
  /**
   * What tells installations of the engine apart whose runs may have the same key, empty where nothing does; it becomes a part of the run's id. It must be the same
   * for all spans of a run. Default: nothing, for keys that are unique by themselves.
   */
  readonly installation?: string
  readonly task: TaskRule
  readonly run: RunRule
}

/** Where the run is told: on the task's span itself, or by its parent span, which must be a run's (a task called by a task is not found so). */
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
  /** Which spans are attempts of a task. */
  readonly when: string
  readonly nodeId: string
  /** Identity of the attempt together with its start and number. Default: the span id. */
  readonly taskId?: string
  /** Number from 1. Default 1. */
  readonly attempt?: string
  /** One of the model's statuses, as a string. */
  readonly status: string
  /** Nanoseconds between being ready and being started. Default 0. */
  readonly queueNs?: string
  /** Array of node ids. Default none. */
  readonly dependencies?: string
  readonly errorType?: string
  readonly errorMessage?: string
  /** True when the spans carry Runspan's own measurements. */
  readonly measured?: boolean
}

export interface RunRule {
  /** Which spans say something of the run itself. */
  readonly when: string
  /** Key of the run, unique within an installation of the engine. */
  readonly runKey: string
  /** The engine's own id of the run, where `runKey` had to be made unique. Default: `runKey`. */
  readonly shownKey?: string
  readonly workflow: string
  /** A terminal status, or anything else for a mere sign of life. */
  readonly status: string
  /** True when the span is the program's own word, not one derived from an engine's. */
  readonly own?: boolean
  /** When the run began and ended, if the span tells; NULL if not. Default: the span's own times. */
  readonly start?: string
  readonly end?: string
  readonly error?: string
  readonly parentRunId?: string
  /** Id of the run that this one tries again. */
  readonly retryOf?: string
  readonly trigger?: string
  readonly tags?: string
  readonly metadata?: string
}
