import type { RunStatus, TaskStatus } from '@runspan/model'

import { capitalised, name, type Prose, say, time } from '../words/prose.ts'
import { clockSeconds, timestamp } from '../words/times.ts'

/** Data of the first sentence on a run. */
export interface ToldRun {
  readonly workflow: string
  readonly status: RunStatus
  /** Duration, to now if it has not ended; null if unknown. */
  readonly durationSeconds: number | null
  /** ISO 8601; for a lost run its last heartbeat. */
  readonly endTime: string | null
}

/** Estimated end of a running run. */
export interface ToldTimeLeft {
  readonly leftSeconds: number | null
  /** True if it runs longer than any run before it. */
  readonly overdue: boolean
}

/** Word between the name of a run or task and its clause: `is` running, `was` cancelled. */
const AUXILIARY: Readonly<Record<TaskStatus, '' | 'is ' | 'was '>> = {
  pending: 'is ',
  running: 'is ',
  lost: 'is ',
  completed: '',
  skipped: 'was ',
  cancelled: 'was ',
  failed: '',
}

/** Word between a status and a duration. */
const PREPOSITION: Readonly<Record<Exclude<RunStatus, 'lost'>, string>> = {
  pending: 'for',
  running: 'for',
  completed: 'in',
  cancelled: 'after',
  failed: 'after',
}

/** Returns `failed after 4 min 2 s`, without the word after a name. */
function statusClause({ status, durationSeconds, endTime }: Omit<ToldRun, 'workflow'>, left?: ToldTimeLeft): Prose {
  if (status === 'lost') {
    return say`lost: no sign of life since ${endTime === null ? 'its start' : timestamp(new Date(endTime))}`
  }
  if (durationSeconds === null) return [status]
  const clause = say`${status} ${PREPOSITION[status]} ${time(durationSeconds)}`
  if (status !== 'running' || left === undefined) return clause
  if (left.overdue) return [...clause, ', longer than ever seen']
  return left.leftSeconds !== null && left.leftSeconds > 0
    ? [...clause, ...say`, about ${time(left.leftSeconds)} left`]
    : clause
}

/** Returns the note of a lost run for a column next to its day: `no sign of life since 14:00:11`. */
export function silenceNote(endTime: string): string {
  return `no sign of life since ${clockSeconds(new Date(endTime))}`
}

/** Returns the first sentence on a run without its name: `failed after 4 min 2 s`, `was cancelled after 3.9 s`. */
export function runClause(run: Omit<ToldRun, 'workflow'>, left?: ToldTimeLeft): Prose {
  return [`${AUXILIARY[run.status]}`, ...statusClause(run, left)].filter((piece) => piece !== '')
}

/** Returns the first sentence on a run: `nightly-orders failed after 4 min 2 s`. */
export function runSentence(run: ToldRun, left?: ToldTimeLeft): Prose {
  return [name(run.workflow), ' ', ...runClause(run, left)]
}

/** Returns the first sentence as a heading below the workflow: `Failed after 4 min 2 s`. */
export function runHeading(run: Omit<ToldRun, 'workflow'>, left?: ToldTimeLeft): Prose {
  return capitalised(statusClause(run, left))
}

/** Returns the outcome of a task without its name: `failed after 3.9 s`, `was skipped`. */
export function taskClause(status: TaskStatus, durationSeconds: number | null): Prose {
  if (status === 'skipped' || status === 'lost') return [`${AUXILIARY[status]}${status}`]
  return runClause({ status, durationSeconds, endTime: null })
}
