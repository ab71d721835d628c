import { countLoss } from './losses.ts'
import type { RunState, TaskState } from './open-state.ts'

/** What ended a process, or a thread, while runs were open. */
export interface ProcessEnding {
  /** The uncaught error that ended it, if any. */
  readonly error?: unknown
  /** Reason in words, if there is no error: `SIGTERM`, `process.exit(1)`. */
  readonly reason: string
  /** True if open runs count as failed; otherwise they count as cancelled. */
  readonly failed: boolean
}

/** Limit of open runs, so that runs that never end cannot fill the memory. */
const MOST_OPEN = 100_000

const runs: Set<RunState> = new Set()
/** Tasks of runs that started elsewhere. */
const tasks: Set<TaskState> = new Set()

/**
 * Where every copy of this package in the process registers the function that instrumentation calls when the process ends.
 */
const KEY = Symbol.for('runspan.end-open-runs')
type Registry = { [KEY]?: Set<(ending: ProcessEnding) => void> }

/** Remembers a run until its end. */
export function runOpened(run: RunState): void {
  ;((globalThis as Registry)[KEY] ??= new Set()).add(endOpenRuns)
  if (runs.size < MOST_OPEN) runs.add(run)
  else countLoss('in-memory-run-forgotten', `over ${MOST_OPEN} runs are open: are runs left unended?`)
}

export function runClosed(run: RunState): void {
  runs.delete(run)
}

/** Remembers a task of a run that started elsewhere. */
export function taskOpened(task: TaskState): void {
  ;((globalThis as Registry)[KEY] ??= new Set()).add(endOpenRuns)
  if (tasks.size < MOST_OPEN) tasks.add(task)
}

export function taskClosed(task: TaskState): void {
  tasks.delete(task)
}

/** Ends all runs and tasks of this process, and delivers the events immediately. */
export function endOpenRuns({ error, reason, failed }: ProcessEnding): void {
  const told = new Set<RunState['core']>()
  for (const task of tasks) {
    told.add(task.run.core)
    if (task.status !== 'running') continue
    if (failed) task.fail(error ?? processEnded(reason))
    else task.cancel(reason)
  }
  for (const run of runs) {
    told.add(run.core)
    if (run.status === 'running') run.endWith(failed ? (error ?? processEnded(reason)) : null, reason)
  }
  for (const { events } of told) events.flush()
}

/**
 * Returns the error of runs that were open when the process ended with a code other than 0. It has no stack: no stack would
 * help.
 */
function processEnded(reason: string): Error {
  return Object.assign(new Error(reason), { name: 'ProcessEnded', stack: undefined })
}
