import type { TaskStatus } from './status.ts'

/** An error as it is recorded. */
export interface TaskError {
  /** Class name or code; `Error` where nothing better is known. */
  readonly type: string
  readonly message: string
  /** Stack with causes, or null where none was recorded. */
  readonly stack: string | null
}

/**
 * What a task used. Memory, switches and, as `ioScope` says, disk and network are those of the whole process while the task ran, CPU what
 * `cpuScope` says: read them together with `concurrency`, the most tasks that ran in the process, or worker thread, meanwhile.
 */
export interface TaskMetrics {
  /** CPU time ÷ duration × 100; over 100 where several threads worked. */
  readonly cpuPercent: number | null
  readonly cpuUserSeconds: number | null
  readonly cpuSystemSeconds: number | null
  /** Whose CPU time that is: the whole `process`'s, or of a task in a worker thread that `thread`'s. */
  readonly cpuScope: 'process' | 'thread' | null
  /** CPU time that the thread spent in this task itself, tasks inside it left out; null unless CPU is attributed to tasks. */
  readonly cpuOwnSeconds: number | null
  /** CPU time of child processes that ended, and were waited for, while it ran, in steps of 10 ms; null where there was none. */
  readonly childCpuSeconds: number | null
  /** Resident memory of the process at the end. */
  readonly memoryBytes: number | null
  /** Highest resident memory seen while it ran, sampled every 100 ms. */
  readonly memoryPeakBytes: number | null
  /** Resident memory at the end less that at the start. */
  readonly memoryDeltaBytes: number | null
  /** Bytes read and written in files, page cache included; sockets, pipes to child processes and what Runspan itself writes are left out. */
  readonly diskReadBytes: number | null
  readonly diskWriteBytes: number | null
  readonly diskReadOps: number | null
  readonly diskWriteOps: number | null
  readonly networkSentBytes: number | null
  readonly networkReceivedBytes: number | null
  /** Whose disk and network bytes those are: the `task`'s own where no other task ran meanwhile, else the whole `process`'s. */
  readonly ioScope: 'task' | 'process' | null
  readonly contextSwitches: number | null
  readonly concurrency: number | null
  /** Numbers the task reported itself. */
  readonly custom: Readonly<Record<string, number>>
}

/** How far an open task said it was. */
export interface TaskProgress {
  /** In the task's own unit. */
  readonly done: number
  readonly total: number | null
  readonly message: string | null
}

/**
 * What is known of one attempt of one step of a run: the one list of its fields. `Time` is a `Date` in the library, and ISO 8601 text in UTC in
 * questions and `--json`.
 */
export interface TaskOf<Time> {
  /** The span id, hexadecimal, 16 digits. */
  readonly taskId: string
  readonly runId: string
  /** Stable name of the step in its workflow. */
  readonly nodeId: string
  /** From 1. */
  readonly attempt: number
  readonly status: TaskStatus
  readonly startTime: Time | null
  readonly endTime: Time | null
  /** Null for a skipped task; of one that has not ended, up to the last sign of life of its run. */
  readonly durationSeconds: number | null
  /** From being ready to being started. */
  readonly queueSeconds: number | null
  /** Names of the steps this one waits for. */
  readonly dependencies: readonly string[]
  readonly error: TaskError | null
  /** Why it was skipped or cancelled. */
  readonly reason: string | null
  /** What it last said of its progress; null once it has ended, or where it said nothing. */
  readonly progress: TaskProgress | null
  readonly metrics: TaskMetrics
}

/** One attempt, as programs read it. */
export interface Task extends TaskOf<Date> {
  /** The same as `durationSeconds`, under the name of the Python SDK's tracking module. */
  readonly duration: number | null
  /** The same as `queueSeconds`, under the name that this library first gave it. */
  readonly queueTime: number | null
}

/** One attempt, as questions answer it. */
export interface TaskRow extends TaskOf<string> {
  readonly startTime: string
  readonly queueSeconds: number
  /** The task inside which it ran, of a task that did. */
  readonly parentTaskId?: string
}

/** Which attempts of one task to list, over all runs. */
export interface TaskHistoryFilter<Time> {
  readonly workflow: string
  readonly nodeId: string
  /** Attempts that started at this time or later. */
  readonly from?: Time | undefined
  /** Attempts that started before this time. */
  readonly to?: Time | undefined
  /** Attempts a page, 1 to 1,000; 50 by default. */
  readonly limit?: number | undefined
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

/** Attempts of a task, newest first. */
export interface TaskPage<Attempt> {
  readonly tasks: readonly Attempt[]
  /** For the next page; null on the last. */
  readonly nextCursor: string | null
}
