import type { TaskStatus } from './status.ts'

/** A recorded error. */
export interface TaskError {
  /** Class name or code of the error; `Error` if neither is known. */
  readonly type: string
  readonly message: string
  /** Stack with causes; null if none was recorded. */
  readonly stack: string | null
}

/**
 * Resources that a task used. Memory and context switches are those of the whole process while the task ran. `ioScope` says
 * whose disk and network bytes are counted, `cpuScope` whose CPU time. Read them together with `concurrency`: the maximum
 * number of tasks that ran in the process, or worker thread, meanwhile.
 */
export interface TaskMetrics {
  /** CPU time ÷ duration × 100; over 100 if several threads worked. */
  readonly cpuPercent: number | null
  readonly cpuUserSeconds: number | null
  readonly cpuSystemSeconds: number | null
  /** Whose CPU time it is: the whole `process`'s, or the `thread`'s for a task in a worker thread. */
  readonly cpuScope: 'process' | 'thread' | null
  /** CPU time of this task on its thread, without the tasks inside it; null unless CPU is attributed to tasks. */
  readonly cpuOwnSeconds: number | null
  /**
   * CPU time of child processes that ended and were waited for while the task ran, in steps of 10 ms; null without any.
   */
  readonly childCpuSeconds: number | null
  /** Resident memory of the process at the end. */
  readonly memoryBytes: number | null
  /** Highest resident memory while the task ran, sampled every 100 ms. */
  readonly memoryPeakBytes: number | null
  /** Resident memory at the end minus resident memory at the start. */
  readonly memoryDeltaBytes: number | null
  /**
   * Bytes read and written in files, page cache included. Sockets, pipes to child processes and Runspan's own I/O are not
   * counted.
   */
  readonly diskReadBytes: number | null
  readonly diskWriteBytes: number | null
  readonly diskReadOps: number | null
  readonly diskWriteOps: number | null
  readonly networkSentBytes: number | null
  readonly networkReceivedBytes: number | null
  /**
   * Whose disk and network bytes they are: the `task`'s own if no other task ran meanwhile, else the whole `process`'s.
   */
  readonly ioScope: 'task' | 'process' | null
  readonly contextSwitches: number | null
  readonly concurrency: number | null
  /** Numbers that the task reported itself. */
  readonly custom: Readonly<Record<string, number>>
}

/** Progress that an open task reported. */
export interface TaskProgress {
  /** Work done so far, in the task's own unit. */
  readonly done: number
  readonly total: number | null
  readonly message: string | null
}

/**
 * Fields of an attempt of a step, wherever it is read: the only list of them. `Time` is a `Date` in the library, and ISO 8601
 * text in UTC in questions and `--json`.
 */
export interface TaskOf<Time> {
  /** Span id: 16 hexadecimal digits. */
  readonly taskId: string
  readonly runId: string
  /** Stable name of the step in its workflow. */
  readonly nodeId: string
  /** Number of this attempt, from 1. */
  readonly attempt: number
  readonly status: TaskStatus
  readonly startTime: Time | null
  readonly endTime: Time | null
  /** Null for a skipped task; for one that has not ended, up to the last heartbeat of its run. */
  readonly durationSeconds: number | null
  /** Seconds between being ready and being started. */
  readonly queueSeconds: number | null
  /** Names of the steps this one waits for. */
  readonly dependencies: readonly string[]
  readonly error: TaskError | null
  /** Why the task was skipped or cancelled. */
  readonly reason: string | null
  /** Progress that the task reported last; null if it has ended or reported none. */
  readonly progress: TaskProgress | null
  readonly metrics: TaskMetrics
}

/** One attempt, as programs read it. */
export interface Task extends TaskOf<Date> {
  /** Same as `durationSeconds`, under its name in the Python SDK's tracking module. */
  readonly duration: number | null
  /** Same as `queueSeconds`, under its first name in this library. */
  readonly queueTime: number | null
}

/** One attempt, as questions return it. */
export interface TaskRow extends TaskOf<string> {
  readonly startTime: string
  readonly queueSeconds: number
  /** The task inside which it ran, if any. */
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
  /** `nextCursor` of the previous page. */
  readonly cursor?: string | undefined
}

/** A page of attempts of a task, newest first. */
export interface TaskPage<Attempt> {
  readonly tasks: readonly Attempt[]
  /** Cursor of the next page; null on the last page. */
  readonly nextCursor: string | null
}
