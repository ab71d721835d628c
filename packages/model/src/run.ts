import type { RunStatus } from './status.ts'
import type { Task } from './task.ts'

/** JSON values, as metadata and results may hold them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What a caller keeps beside a run. */
export type Metadata = Readonly<Record<string, Json>>

/**
 * What is known of a run wherever it is read: the one list of its fields. `Time` is a `Date` in the library, and ISO 8601 text in UTC in questions
 * and `--json`.
 */
export interface RunOf<Time> {
  /** UUIDv7 or the caller's own id; of a foreign engine its key, with engine and installation in front where two runs share one. */
  readonly runId: string
  /** Name of the workflow. */
  readonly workflow: string
  /** `lost` when there was no end and no sign of life. */
  readonly status: RunStatus
  /** Null where only later records are known. */
  readonly startTime: Time | null
  /** Null while it runs; of a lost run the last sign of life. */
  readonly endTime: Time | null
  /** From start to end; of a run in flight, up to now; null where the start is unknown. */
  readonly durationSeconds: number | null
  /** Hexadecimal, 32 digits. */
  readonly traceId: string | null
  /** Which rule recognised the run: `runspan`, `bullmq`, `airflow` … */
  readonly engine: string
  readonly parentRunId: string | null
  /** The run that this one tries again. */
  readonly retryOf: string | null
  readonly metadata: Metadata
  readonly tags: readonly string[]
  /** Message of the error that ended the run, or why it was cancelled or counts as lost. */
  readonly error: string | null
}

/** One execution of a workflow, as programs read it. */
export interface WorkflowRun extends RunOf<Date> {
  /** The same as `workflow`, under the name of the Python SDK's tracking module. */
  readonly workflowId: string
  /** The same as `durationSeconds`, under the name of the Python SDK's tracking module. */
  readonly duration: number | null
  /** What started the run, where a record says it: `schedule`, `manual`, `event` … */
  readonly trigger: string | null
  /** Empty for a run of a list. */
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
  /** The first task that failed for good, of a run with one. */
  readonly firstFailed: { readonly nodeId: string; readonly errorType: string } | null
}

/** A run in a list of a question. */
export interface RunSummary extends RunOf<string> {
  readonly startTime: string
  readonly durationSeconds: number
  readonly traceId: string
  readonly tasks: TaskCounts
}

/** Which runs to list. Everything given must hold. */
export interface RunFilter<Time> {
  readonly workflow?: string | undefined
  readonly status?: RunStatus | undefined
  /** Runs that started at this time or later. */
  readonly from?: Time | undefined
  /** Runs that started before this time. */
  readonly to?: Time | undefined
  /** Runs that carry all of these. */
  readonly tags?: readonly string[] | undefined
  /** Runs whose metadata hold all of these values at their top level. */
  readonly metadata?: Metadata | undefined
  /** Runs that try this one again. */
  readonly retryOf?: string | undefined
  /** Runs a page, 1 to 1,000; 50 by default. */
  readonly limit?: number | undefined
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

/** Runs, newest first. */
export interface RunPage<Run> {
  readonly runs: readonly Run[]
  /** For the next page; null on the last. */
  readonly nextCursor: string | null
}

/** A run whose duration is compared with those before it. */
export interface UsualQuestion<Time> {
  readonly workflow: string
  readonly startTime: Time
}

/** How long runs like one usually take: the last completed runs of its workflow that started before it. */
export interface UsualDuration {
  /** How many runs this rests on: 5 to 20. */
  readonly runs: number
  readonly medianSeconds: number
  readonly p95Seconds: number
}
