import type { RunStatus, TaskStatus } from '@runspan/model'

import { capitalised, name, type Prose, say, time } from '../words/prose.ts'
import { clockSeconds, timestamp } from '../words/times.ts'

/** What the first sentence on a run rests on. */
export interface ToldRun {
  readonly workflow: string
  readonly status: RunStatus
  /** Until now where it has not ended; null where nobody knows. */
  readonly durationSeconds: number | null
  /** ISO 8601; of a lost run its last sign of life. */
  readonly endTime: string | null
}

/** What is known of the end of a run that runs. */
export interface ToldTimeLeft {
  readonly leftSeconds: number | null
  /** It runs longer than any run before it. */
  readonly overdue: boolean
}

/** What joins the name of a run or task to its clause: `is` running, `was` cancelled. */
const AUXILIARY: Readonly<Record<TaskStatus, '' | 'is ' | 'was '>> = {
  pending: 'is ',
  running: 'is ',
  lost: 'is ',
  completed: '',
  skipped: 'was ',
  cancelled: 'was ',
  failed: '',
}

/** Between a status and how long it took. */
const PREPOSITION: Readonly<Record<Exclude<RunStatus, 'lost'>, string>> = {
  pending: 'for',
  running: 'for',
  completed: 'in',
  cancelled: 'after',
  failed: 'after',
}

/** Returns `failed after 4 min 2 s`, without what joins it to a name. */
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

/** Returns the same of a lost run for a column beside its day: `no sign of life since 14:00:11`. */
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

/** Returns the same as a heading where the workflow stands above it: `Failed after 4 min 2 s`. */
export function runHeading(run: Omit<ToldRun, 'workflow'>, left?: ToldTimeLeft): Prose {
  return capitalised(statusClause(run, left))
}

/** Returns what became of a task without its name: `failed after 3.9 s`, `was skipped`. */
export function taskClause(status: TaskStatus, durationSeconds: number | null): Prose {
  if (status === 'skipped' || status === 'lost') return [`${AUXILIARY[status]}${status}`]
  return runClause({ status, durationSeconds, endTime: null })
}
