import type { RunStatus } from './status.ts'
import type { Task } from './task.ts'

/** JSON values, as metadata and results may hold them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What a caller keeps beside a run. */
export type Metadata = Readonly<Record<string, Json>>

/** One execution of a workflow, as readers see it. */
export interface WorkflowRun {
  /** UUIDv7 or the caller's own id; of a foreign engine, that engine's key. */
  readonly runId: string
  /** Name of the workflow. */
  readonly workflowId: string
  /** `lost` when there was no end and no sign of life. */
  readonly status: RunStatus
  /** Start, or null where only later records are known. */
  readonly startTime: Date | null
  readonly endTime: Date | null
  /** Seconds from start to end; of a run in flight, up to now; null where the start is unknown. */
  readonly duration: number | null
  readonly metadata: Metadata
  readonly tags: readonly string[]
  readonly parentRunId: string | null
  /** The run that this one tries again. */
  readonly retryOf: string | null
  /** Hexadecimal, 32 digits. */
  readonly traceId: string | null
  /** What started the run, if said: `schedule`, `manual`, `event` … */
  readonly trigger: string | null
  /** Which rule recognised the run: `runspan`, `bullmq`, `airflow` … */
  readonly engine: string
  /** Message of the error that ended the run, or why it was cancelled or counts as lost. */
  readonly error: string | null
  readonly tasks: readonly Task[]
}
