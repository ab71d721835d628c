import { timesUsual, USUAL_NEEDS_RUNS, type UsualDurations, whatFailed } from '@runspan/analytics'
import { type TaskProgress, visible } from '@runspan/model'

import { counted, ordinal } from '../words/listing.ts'
import {
  capitalised,
  type Fact,
  far,
  name,
  names,
  type Prose,
  quantity,
  say,
  share,
  time,
  uncapitalised,
} from '../words/prose.ts'
import { pathParts } from './path-parts.ts'
import { runHeading, runSentence, type ToldTimeLeft } from './run-clause.ts'
import type { ToldStory } from './run-story.ts'

/** Returns the heading of a run: `Failed after 4 min 2 s`. */
export function runTitle(story: ToldStory): Prose {
  return runHeading(story.run, timeLeftOf(story))
}

/** Returns the first sentence on a run: `nightly-orders failed after 4 min 2 s`. */
export function runHeadline(story: ToldStory): Prose {
  return runSentence(story.run, timeLeftOf(story))
}

/** Returns the usual duration minus the elapsed time, if no earlier run was replayed. */
function timeLeftOf({ run, document: { usual, timeLeft } }: ToldStory): ToldTimeLeft {
  const left = timeLeft?.leftSeconds ?? (usual === null ? null : usual.medianSeconds - run.durationSeconds)
  return { leftSeconds: left, overdue: timeLeft?.overdue ?? false }
}

/** Returns the verdict in sentences, each with its label. */
export function runFacts(story: ToldStory): Fact[] {
  const rows: [label: string, short: string, Prose | null][] = [
    ['Why', 'why', whyEnded(story)],
    ['What failed', 'what failed', whatFailedHere(story)],
    ['What runs', 'what runs', whatRuns(story)],
    ['What is to come', 'to come', whatComes(story)],
    [AGAINST_USUAL, 'against usual', againstUsual(story)],
    [story.isOver ? 'What decided the time' : 'Where the time went', 'time went to', whatDecided(story)],
  ]
  return rows.flatMap(([label, short, prose]) => (prose === null ? [] : [{ label, short, prose }]))
}

/** Label of the sentence next to which views show the earlier runs. */
export const AGAINST_USUAL = 'Against usual'

/** Beginning of the error of a silent run, as its finder writes it: the heading has the same. */
const SILENCE = 'no sign of life since'

function whyEnded({ run }: ToldStory): Prose | null {
  if (run.status === 'lost') {
    const told = run.error === null || run.error.startsWith(SILENCE) ? '' : `${sentence(visible(run.error))} `
    return [
      `${told}Nobody knows whether it went on: its process said nothing more. What had ended by then is recorded.`,
    ]
  }
  return run.status === 'cancelled' && run.error !== null ? [sentence(visible(run.error))] : null
}

function whatFailedHere({ run, chains }: ToldStory): Prose | null {
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

function whatRuns({ run, chains }: ToldStory): Prose | null {
  if (run.status !== 'running') return null
  const open = chains.filter(({ status }) => status === 'running')
  if (open.length === 0) return null
  const [first] = open.toSorted((a, b) => a.start - b.start)
  const { progress } = first!.attempts.at(-1)!
  const since = say` for ${time(first!.end - first!.start)}${progress === null ? '' : progressWords(progress)}.`
  return open.length === 1
    ? [name(first!.nodeId), ...since]
    : [...names(open.map(({ nodeId }) => nodeId)), '; the longest, ', name(first!.nodeId), ',', ...since]
}

/** Returns `, 62 % done, 31 of 50: orders of 24 November`. */
function progressWords({ done, total, message }: TaskProgress): Prose {
  const said = message === null ? '' : `: ${visible(message)}`
  return total === null || total <= 0
    ? say`, ${quantity(done)} done${said}`
    : say`, ${share(Math.min(1, done / total))} done, ${quantity(done)} of ${quantity(total)}${said}`
}

function whatComes({ run, document: { timeLeft } }: ToldStory): Prose | null {
  if (run.status !== 'running' || timeLeft === undefined || timeLeft === null) return null
  const { waitingTasks, p10LeftSeconds: soon, p90LeftSeconds: late, historyRuns } = timeLeft
  const tasks =
    waitingTasks.length === 0
      ? []
      : say`${names(waitingTasks)} ${waitingTasks.length === 1 ? 'has' : 'have'} not begun.${soon === null || late === null ? '' : ' '}`
  const between =
    soon === null || late === null
      ? []
      : say`Four of five such runs end in ${time(soon)} to ${time(late)}, going by ${counted(historyRuns, 'run')}.`
  return tasks.length + between.length === 0 ? null : [...tasks, ...between]
}

function againstUsual({ run, isOver, document: { usual } }: ToldStory): Prose | null {
  if (run.status === 'lost') return null
  if (usual === null) {
    return [
      `Not enough earlier runs to say what is usual: fewer than ${USUAL_NEEDS_RUNS} completed ones started before it.`,
    ]
  }
  const last = [...usualSentence(usual)]
  if (!isOver) {
    return run.durationSeconds > usual.p95Seconds ? [{ strong: ['Over the usual time.'] }, ' ', ...last] : last
  }
  const ratio = timesUsual(run, usual)
  if (ratio === null) return last
  return [{ strong: say`${capitalised(comparedWithUsual(ratio))}.` }, ' ', ...last]
}

/** Returns `25 % longer than usual`, `as usual`, `12 times the usual time`. */
export function comparedWithUsual(ratio: number): Prose {
  const amount = far(ratio)
  if (amount === null) return ['as usual']
  if (ratio >= 10) return say`${amount} the usual time`
  return say`${amount} ${ratio > 1 ? 'longer' : 'shorter'} than usual`
}

/** Returns `The last 20 completed runs before it took 3 min 14 s (median); 19 of 20 stayed under 3 min 22 s.` */
export function usualSentence({ runs, medianSeconds, p95Seconds }: Omit<UsualDurations, 'durations'>): Prose {
  return say`The last ${quantity(runs)} completed runs before it took ${time(medianSeconds)} (median); ${mostUnder(runs, p95Seconds)}.`
}

/** Returns what almost all of these runs took: `19 of 20 stayed under 3 min 22 s`. */
export function mostUnder(runs: number, p95Seconds: number): Prose {
  // under 20 runs the 95th percentile is the longest of them
  return say`${runs < 20 ? 'none took more than' : '19 of 20 stayed under'} ${time(p95Seconds)}`
}

/** Returns the parts that decided the duration, largest first; those under a tenth are only in the table. */
function whatDecided(story: ToldStory): Prose | null {
  const { run, chains } = story
  if (run.criticalPath.length === 0 || run.durationSeconds <= 0) return null
  const total = run.durationSeconds
  const parts = pathParts(story)
  const [first, ...rest] = parts.filter(({ seconds }, i) => i === 0 || seconds / total >= 0.1).slice(0, 3)
  if (first === undefined) return null
  const head: Prose = [
    { strong: say`${first.what}: ${time(first.seconds)} of ${time(total)} (${share(first.seconds / total)}).` },
  ]
  const then = rest.flatMap(
    ({ what, seconds }, i) =>
      say`${i === 0 ? ' Then ' : ' and '}${uncapitalised(what)}, ${time(seconds)} (${share(seconds / total)})`,
  )
  const waits: Prose = first.isWait ? longestWaits(story) : []
  const worked = first.isWait
    ? say` The ${counted(chains.length, 'task')} worked ${time(story.parallelism.workSeconds)} in all${waits.length > 0 ? '; ' : '.'}`
    : []
  return [...head, ...worked, ...waits, ...then, ...(rest.length > 0 ? ['.'] : [])]
}

function longestWaits({ path }: ToldStory): Prose {
  const longest = path
    .flatMap(({ chain, from, start }) => (chain === null ? [] : [{ node: chain.nodeId, seconds: start - from }]))
    .filter(({ seconds }) => seconds > 0)
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, 2)
  if (longest.length === 0) return []
  return [
    'the longest waits were before ',
    ...longest.flatMap(({ node, seconds }, i) => say`${i === 0 ? '' : ' and '}${name(node)} (${time(seconds)})`),
    '.',
  ]
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.trim().slice(0, 400)
}

/** Returns text that ends with a full stop, however the failed program wrote it. */
function sentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`
}
