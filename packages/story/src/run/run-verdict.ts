import { timesUsual, USUAL_NEEDS_RUNS, whatFailed } from '@runspan/analytics'

import { counted, ordinal } from '../words/listing.ts'
import { visible } from '../words/names.ts'
import { difference, duration, percent } from '../words/numbers.ts'
import { name, names, type Fact, type Prose } from '../words/prose.ts'
import { timestamp } from '../words/times.ts'
import { pathParts } from './path-parts.ts'
import type { RunStory } from './run-story.ts'

/** `Failed after 4 min 2 s`. */
export function runTitle({ run, document: { usual, timeLeft } }: RunStory): string {
  const took = duration(run.durationSeconds)
  switch (run.status) {
    case 'completed':
      return `Completed in ${took}`
    case 'failed':
      return `Failed after ${took}`
    case 'cancelled':
      return `Cancelled after ${took}`
    case 'lost':
      return `Lost: no sign of life since ${run.endTime === null ? 'its start' : timestamp(new Date(run.endTime))}`
    case 'pending':
      return `Pending for ${took}`
    case 'running': {
      const left = timeLeft?.leftSeconds ?? usualLeft(run.durationSeconds, usual)
      if (timeLeft?.overdue === true) return `Running for ${took}, longer than ever seen`
      return left !== null && left > 0 ? `Running for ${took}, about ${duration(left)} left` : `Running for ${took}`
    }
  }
}

/** Where no earlier run was replayed: the usual duration less what has passed. */
function usualLeft(seconds: number, usual: RunStory['document']['usual']): number | null {
  return usual === null ? null : usual.medianSeconds - seconds
}

/** The verdict in sentences, each with what it answers. */
export function runFacts(story: RunStory): Fact[] {
  const rows: [string, Prose | null][] = [
    ['Why', whyEnded(story)],
    ['What failed', whatFailedHere(story)],
    ['What runs', whatRuns(story)],
    ['What is to come', whatComes(story)],
    ['Against usual', againstUsual(story)],
    [story.isOver ? 'What decided the time' : 'Where the time went', whatDecided(story)],
  ]
  return rows.flatMap(([label, prose]) => (prose === null ? [] : [{ label, prose }]))
}

function whyEnded({ run }: RunStory): Prose | null {
  if (run.status === 'lost') {
    return ['Nobody knows whether it went on: its process said nothing more. What had ended by then is recorded.']
  }
  return run.status === 'cancelled' && run.error !== null ? [sentence(visible(run.error))] : null
}

function whatFailedHere({ run, chains }: RunStory): Prose | null {
  const told = whatFailed(chains, run.status)
  if (told === null) return run.status === 'failed' && run.error !== null ? [sentence(visible(run.error))] : null
  const { first, others, notRun, completed } = told
  const { error } = first.attempts.at(-1)!
  const attempts = first.attempts.length > 1 ? ` on its ${ordinal(first.attempts.length)} and last attempt` : ''
  const cause: Prose =
    error === null
      ? ['.']
      : [': ', { strong: [`${visible(error.type)}: ${sentence(visible(firstLine(error.message)) || 'no message')}`] }]
  const more: Prose = others.length > 0 ? [' ', ...names(others), ' failed too.'] : []
  const consequence: Prose = notRun.length > 0 ? [' So ', ...names(notRun), ' did not run.'] : []
  const end: Prose = completed ? [' The run completed all the same.'] : []
  return [name(first.nodeId), ` failed${attempts}`, ...cause, ...more, ...consequence, ...end]
}

function whatRuns({ run, chains }: RunStory): Prose | null {
  if (run.status !== 'running') return null
  const open = chains.filter(({ status }) => status === 'running')
  if (open.length === 0) return null
  const [first] = open.toSorted((a, b) => a.start - b.start)
  const { progress } = first!.attempts.at(-1)!
  const far: Prose =
    progress === null
      ? []
      : [
          `, ${progress.total === null || progress.total <= 0 ? progress.done : `${percent(Math.min(1, progress.done / progress.total))} done`}${progress.message === null ? '' : `: ${visible(progress.message)}`}`,
        ]
  const since: Prose = [' for ', duration(first!.end - first!.start), ...far, '.']
  return open.length === 1
    ? [name(first!.nodeId), ...since]
    : [...names(open.map(({ nodeId }) => nodeId)), '; the longest, ', name(first!.nodeId), ',', ...since]
}

function whatComes({ run, document: { timeLeft } }: RunStory): Prose | null {
  if (run.status !== 'running' || timeLeft === undefined || timeLeft === null) return null
  const { waitingTasks, p10LeftSeconds: soon, p90LeftSeconds: late, historyRuns } = timeLeft
  const tasks: Prose =
    waitingTasks.length === 0
      ? []
      : [...names(waitingTasks), waitingTasks.length === 1 ? ' has' : ' have', ' not begun. ']
  const between =
    soon === null || late === null
      ? ''
      : `Four of five such runs end in ${duration(soon)} to ${duration(late)}, going by ${counted(historyRuns, 'run')}.`
  return tasks.length === 0 && between === '' ? null : [...tasks, between]
}

function againstUsual({ run, isOver, document: { usual } }: RunStory): Prose | null {
  if (run.status === 'lost') return null
  if (usual === null) {
    return [
      `Not enough earlier runs to say what is usual: fewer than ${USUAL_NEEDS_RUNS} completed ones started before it.`,
    ]
  }
  // under 20 runs the 95th percentile is the longest of them
  const most = usual.runs < 20 ? 'none took more than' : '19 of 20 stayed under'
  const last = `The last ${usual.runs} completed runs before it took ${duration(usual.medianSeconds)} (median); ${most} ${duration(usual.p95Seconds)}.`
  if (!isOver) {
    return run.durationSeconds > usual.p95Seconds ? [{ strong: ['Over the usual time.'] }, ` ${last}`] : [last]
  }
  const ratio = timesUsual(run, usual)
  if (ratio === null) return [last]
  const far = difference(ratio)
  const words =
    far === null
      ? 'As usual.'
      : `${far} ${ratio >= 10 ? 'the usual time' : ratio > 1 ? 'longer than usual' : 'shorter than usual'}.`
  return [{ strong: [words] }, ` ${last}`]
}

/** The largest part first; parts under a tenth are left to the table. */
function whatDecided(story: RunStory): Prose | null {
  const { run, chains } = story
  if (run.criticalPath.length === 0 || run.durationSeconds <= 0) return null
  const total = run.durationSeconds
  const parts = pathParts(story)
  const [first, ...rest] = parts.filter(({ seconds }, i) => i === 0 || seconds / total >= 0.1).slice(0, 3)
  if (first === undefined) return null
  const size = (seconds: number): string => `${duration(seconds)}`
  const head: Prose = [
    { strong: [...first.what, `: ${size(first.seconds)} of ${duration(total)} (${percent(first.seconds / total)}).`] },
  ]
  const then: Prose = rest.flatMap(({ what, seconds }, i): Prose => [
    i === 0 ? ' Then ' : ' and ',
    ...lowerFirst(what),
    `, ${size(seconds)} (${percent(seconds / total)})`,
  ])
  const waits: Prose = first.isWait ? longestWaits(story) : []
  const worked = first.isWait
    ? ` The ${counted(chains.length, 'task')} worked ${duration(story.parallelism.workSeconds)} in all${waits.length > 0 ? '; ' : '.'}`
    : ''
  return [...head, worked, ...waits, ...then, rest.length > 0 ? '.' : '']
}

function longestWaits({ path }: RunStory): Prose {
  const longest = path
    .flatMap(({ chain, from, start }) => (chain === null ? [] : [{ node: chain.nodeId, seconds: start - from }]))
    .filter(({ seconds }) => seconds > 0)
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, 2)
  if (longest.length === 0) return []
  return [
    'the longest waits were before ',
    ...longest.flatMap(({ node, seconds }, i): Prose => [
      i === 0 ? '' : ' and ',
      name(node),
      ` (${duration(seconds)})`,
    ]),
    '.',
  ]
}

function lowerFirst(prose: Prose): Prose {
  return prose.map((piece, i) =>
    i === 0 && typeof piece === 'string' ? piece.charAt(0).toLowerCase() + piece.slice(1) : piece,
  )
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.trim().slice(0, 400)
}

/** Ends with a full stop, whatever the program that failed wrote. */
function sentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`
}
