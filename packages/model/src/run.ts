import type { RunStatus } from './status.ts'
import type { Task } from './task.ts'

/** A JSON value, as metadata and results may contain it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Metadata that a caller stores with a run. */
export type Metadata = Readonly<Record<string, Json>>

/**
 * Fields of a run, wherever it is read: the only list of them. `Time` is a `Date` in the library, and ISO 8601 text in UTC in
 * questions and `--json`.
 */
export interface RunOf<Time> {
  /**
   * UUIDv7 or the caller's own id; for a foreign engine its key, preceded by engine and installation if two runs share one.
   */
  readonly runId: string
  /** Name of the workflow. */
  readonly workflow: string
  /** `lost` if the run has no end and no heartbeat. */
  readonly status: RunStatus
  /** Null if only later records are known. */
  readonly startTime: Time | null
  /** Null for a running run; for a lost one its last heartbeat. */
  readonly endTime: Time | null
  /** Seconds from start to end, or to now for an open run; null if the start is unknown. */
  readonly durationSeconds: number | null
  /** 32 hexadecimal digits. */
  readonly traceId: string | null
  /** Rule that recognised the run: `runspan`, `bullmq`, `airflow` … */
  readonly engine: string
  readonly parentRunId: string | null
  /** Id of the run that this run retries. */
  readonly retryOf: string | null
  readonly metadata: Metadata
  readonly tags: readonly string[]
  /** Message of the error that ended the run, or why it was cancelled or counted as lost. */
  readonly error: string | null
}

/** One execution of a workflow, as programs read it. */
export interface WorkflowRun extends RunOf<Date> {
  /** Same as `workflow`, under its name in the Python SDK's tracking module. */
  readonly workflowId: string
  /** Same as `durationSeconds`, under its name in the Python SDK's tracking module. */
  readonly duration: number | null
  /** What started the run, if recorded: `schedule`, `manual`, `event` … */
  readonly trigger: string | null
  /** Tasks; empty for a run in a list. */
  readonly tasks: readonly Task[]
}

/** Tasks of a run by status; attempts of one task count once, by the last. */
export interface TaskCounts {
  readonly total: number
  readonly completed: number
  readonly failed: number
  readonly skipped: number
  readonly cancelled: number
  readonly running: number
  readonly retries: number
  /** The first task of a run that failed permanently; null if none did. */
  readonly firstFailed: { readonly nodeId: string; readonly errorType: string } | null
}

/** A run in a list of a question. */
export interface RunSummary extends RunOf<string> {
  readonly startTime: string
  readonly durationSeconds: number
  readonly traceId: string
  readonly tasks: TaskCounts
}

/** Which runs to list. A run must match every given field. */
export interface RunFilter<Time> {
  readonly workflow?: string | undefined
  readonly status?: RunStatus | undefined
  /** Runs that started at this time or later. */
  readonly from?: Time | undefined
  /** Runs that started before this time. */
  readonly to?: Time | undefined
  /** Runs that have all of these tags. */
  readonly tags?: readonly string[] | undefined
  /** Runs whose metadata has all of these values at its top level. */
  readonly metadata?: Metadata | undefined
  /** Runs that retry this run. */
  readonly retryOf?: string | undefined
  /** Runs a page, 1 to 1,000; 50 by default. */
  readonly limit?: number | undefined
  /** `nextCursor` of the previous page. */
  readonly cursor?: string | undefined
}

/** A page of runs, newest first. */
export interface RunPage<Run> {
  readonly runs: readonly Run[]
  /** Cursor of the next page; null on the last page. */
  readonly nextCursor: string | null
}

/** A run to compare with earlier runs. */
export interface UsualQuestion<Time> {
  readonly workflow: string
  readonly startTime: Time
}

/** Usual duration of runs like one: of the last completed runs of its workflow that started before it. */
export interface UsualDuration {
  /** Number of runs it is calculated from: 5 to 20. */
  readonly runs: number
  readonly medianSeconds: number
  readonly p95Seconds: number
}
