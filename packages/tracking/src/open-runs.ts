import { countLoss } from './losses.ts'
import type { RunState, TaskState } from './open-state.ts'

/** What ended a process, or a thread, with runs still open. */
export interface ProcessEnding {
  /** The error that nobody caught, if that was it. */
  readonly error?: unknown
  /** In words, where there is no error: `SIGTERM`, `process.exit(1)`. */
  readonly reason: string
  /** Whether what was open has failed; cancelled otherwise. */
  readonly failed: boolean
}

/** Runs left open without end must not fill the memory. */
const MOST_OPEN = 100_000

const runs: Set<RunState> = new Set()
/** Tasks of runs that began elsewhere. */
const tasks: Set<TaskState> = new Set()

/** Where instrumentation finds, for every copy of this package in the process, what to call when the process ends. */
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

/** Remembers a task of a run that began elsewhere. */
export function taskOpened(task: TaskState): void {
  ;((globalThis as Registry)[KEY] ??= new Set()).add(endOpenRuns)
  if (tasks.size < MOST_OPEN) tasks.add(task)
}

export function taskClosed(task: TaskState): void {
  tasks.delete(task)
}

/** Ends all runs and tasks of this process, and tells those who listen, at once. */
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

/** The error of what was open when the process ended by a code that is not 0: there is no stack that would tell anything. */
function processEnded(reason: string): Error {
  return Object.assign(new Error(reason), { name: 'ProcessEnded', stack: undefined })
}
