import {
  type Chain,
  groups,
  type RunReport,
  secondsBetween,
  taskChains,
  timesUsual,
  USUAL_NEEDS_RUNS,
  type UsualDuration,
  whatFailed,
} from '@runspan/analytics'
import type { RunLinks } from '@runspan/workspace'

import { change, count, duration, percent, timestamp } from './numbers.ts'
import { counted, listed, ordinal } from './prose.ts'
import { shellId } from './short-id.ts'
import { spark } from './spark.ts'
import { statusGlyph } from './status.ts'
import type { Terminal } from './terminal.ts'
import { cells, cutMiddle, visible, wrap } from './text.ts'
import { waterfall, waterfallKey } from './waterfall.ts'

export interface RunViewData {
  readonly run: RunReport
  /** What is usual among the runs before this one; null where there are too few. */
  readonly usual: UsualDuration | null
  readonly links?: RunLinks
}

/** A task of less than a second is recorded at its end only. */
const NO_TASKS = {
  running: 'No task of this run has been seen yet.',
  ended: 'No tasks were recorded under this run.',
}

/** One run for the terminal: verdict, what failed, against usual, where the time went, the waterfall. */
export function runView({ run, usual, links }: RunViewData, terminal: Terminal): string[] {
  const path = new Set(run.criticalPath.map(({ taskId }) => taskId))
  const chains = taskChains(run.taskList, path, (iso) => secondsBetween(run.startTime, iso))
  const lines = [
    `${statusGlyph(run.status, terminal)} ${terminal.style('bold', verdict(run))}`,
    ...headline(run, terminal),
    '',
    ...facts(run, usual, chains, terminal),
  ]
  const elsewhere = linkLines(links, terminal)
  if (chains.length === 0) {
    return [...lines, `  ${NO_TASKS[run.status === 'running' ? 'running' : 'ended']}`, ...elsewhere]
  }
  return [
    ...lines,
    '',
    ...waterfall(groups(chains), run.durationSeconds, terminal),
    '',
    waterfallKey(terminal),
    ...nextCommands(run, terminal),
    ...elsewhere,
  ]
}

/** `nightly-orders failed after 4m02s`. */
function verdict(run: Pick<RunReport, 'workflow' | 'status' | 'durationSeconds' | 'endTime'>): string {
  const name = cutMiddle(visible(run.workflow), 40)
  const took = duration(run.durationSeconds)
  switch (run.status) {
    case 'completed':
      return `${name} completed in ${took}`
    case 'failed':
      return `${name} failed after ${took}`
    case 'cancelled':
      return `${name} was cancelled after ${took}`
    case 'lost':
      return `${name} is lost: no sign of life since ${run.endTime === null ? 'its start' : timestamp(new Date(run.endTime))}`
    default:
      return `${name} is ${run.status} for ${took}`
  }
}

const COUNTED = ['completed', 'failed', 'cancelled', 'skipped', 'running'] as const

function headline(run: RunReport, terminal: Terminal): string[] {
  const { tasks } = run
  const counts = COUNTED.filter((status) => tasks[status] > 0)
    .map((status) => `${statusGlyph(status, terminal)} ${tasks[status]}`)
    .join(' ')
  const parts = [
    visible(run.runId),
    timestamp(new Date(run.startTime)),
    ...(run.engine === 'runspan' ? [] : [run.engine]),
    `${counted(tasks.total, 'task')}${counts === '' ? '' : `: ${counts}`}`,
  ]
  return wrap(parts.map((part) => part.replaceAll(' ', '\u00A0')).join(', '), terminal.width - 2).map(
    (line) => `  ${terminal.style('dim', line.replaceAll('\u00A0', ' ').replace(/,$/, ''))}`,
  )
}

const LABEL = 16

function facts(run: RunReport, usual: UsualDuration | null, chains: readonly Chain[], terminal: Terminal): string[] {
  return [
    ...fact('why', why(run), terminal),
    ...fact('progress', progressOf(run), terminal),
    ...fact('what failed', whatFailedHere(run, chains), terminal),
    ...fact('against usual', againstUsual(run, usual, terminal), terminal),
    ...fact('time went to', whereTimeWent(run), terminal),
  ]
}

/** Text between asterisks is bold; the rest is plain. */
function fact(label: string, text: string | null, terminal: Terminal): string[] {
  if (text === null) return []
  const lines = wrap(text, terminal.width - 2 - LABEL, 4)
  let bold = false
  return lines.map((line, i) => {
    const styled = line
      .split('\u0002')
      .map((part, j) => {
        if (j > 0) bold = !bold
        return bold ? terminal.style('bold', part) : part
      })
      .join('')
    const head = i === 0 ? label : ''
    return `  ${terminal.style('dim', head)}${' '.repeat(LABEL - cells(head))}${styled}`
  })
}

function strong(text: string): string {
  return `\u0002${text}\u0002`
}

/** Of a run that nobody ended well by itself. */
function why({ status, error }: RunReport): string | null {
  const isSaid = error === null || error.startsWith('no sign of life since')
  return (status === 'lost' && !isSaid) || (status === 'cancelled' && error !== null) ? visible(error ?? '') : null
}

/** What running tasks say of themselves. */
function progressOf(run: RunReport): string | null {
  const told = run.taskList.filter(({ status, progress }) => status === 'running' && progress !== null).slice(0, 3)
  if (told.length === 0) return null
  return told
    .map(({ nodeId, progress }) => {
      const { done, total, message } = progress!
      const share = total === null || total <= 0 ? '' : ` ${percent(Math.min(1, done / total))}`
      const numbers = total === null ? count(done) : `${count(done)} of ${count(total)}`
      return `${strong(visible(nodeId))}${share}, ${numbers}${message === null ? '' : `: ${visible(message)}`}`
    })
    .join('; ')
}

function whatFailedHere(run: RunReport, chains: readonly Chain[]): string | null {
  const told = whatFailed(chains, run.status)
  if (told === null) return run.status === 'failed' && run.error !== null ? visible(run.error) : null
  const { first, others, notRun, completed } = told
  const last = first.attempts.at(-1)!
  const attempts = first.attempts.length > 1 ? ` on its ${ordinal(first.attempts.length)} and last attempt` : ''
  const cause =
    last.error === null
      ? ''
      : `: ${strong(`${visible(last.error.type)}:`)} ${visible(last.error.message || 'no message')}`
  const more = others.length > 0 ? `; ${listed(others.map(visible))} failed too` : ''
  const consequence = notRun.length > 0 ? `; ${listed(notRun.map(visible))} did not run` : ''
  const end = completed ? '; the run completed all the same' : ''
  return `${strong(visible(first.nodeId))}${attempts}${cause}${more}${consequence}${end}`
}

function againstUsual(run: RunReport, usual: UsualDuration | null, terminal: Terminal): string | null {
  if (run.status === 'running' || run.status === 'pending' || run.status === 'lost') return null
  const ratio = timesUsual(run, usual)
  if (usual === null || ratio === null) {
    return `too few runs to say: fewer than ${USUAL_NEEDS_RUNS} completed ones started before it`
  }
  const text = change(ratio)
  const median = `${duration(usual.medianSeconds)}, median of ${usual.runs}`
  const words =
    text === 'same'
      ? `as usual: ${median}`
      : `${strong(`${text.replace(/^[+−]/, '')} ${ratio > 1 ? 'longer' : 'shorter'}`)} than ${median}`
  const bars = [
    ...usual.durations.map(({ seconds }) => ({ value: seconds, style: 'green' as const })),
    {
      value: run.durationSeconds,
      style:
        run.status === 'completed'
          ? ('green' as const)
          : run.status === 'failed'
            ? ('red' as const)
            : ('magenta' as const),
    },
  ]
  return `${words} ${spark(bars, terminal)}`
}

/** The critical path by task, waiting together: parts of a whole that adds up. */
function whereTimeWent(run: RunReport): string | null {
  if (run.criticalPath.length === 0 || run.durationSeconds <= 0) return null
  const byNode = new Map<string, number>()
  const open = run.taskList
    .filter(({ endTime }) => endTime === null)
    .map(({ nodeId }) => visible(nodeId))
    .slice(0, 2)
  let waiting = 0
  for (const { nodeId, selfSeconds, waitSeconds } of run.criticalPath) {
    byNode.set(nodeId, (byNode.get(nodeId) ?? 0) + selfSeconds)
    waiting += waitSeconds
  }
  const parts = [
    ...[...byNode].map(([nodeId, seconds]) => ({ name: visible(nodeId), seconds })),
    { name: 'waiting', seconds: waiting },
    {
      name: open.length === 0 ? 'after the last task' : `in what still runs, ${open.join(' and ')},`,
      seconds: run.tailSeconds,
    },
  ].toSorted((a, b) => b.seconds - a.seconds)
  const total = run.durationSeconds
  const shown = parts.filter(({ seconds }, i) => i === 0 || seconds / total >= 0.1).slice(0, 3)
  return shown
    .map(({ name, seconds }, i) => {
      const text = `${name} ${duration(seconds)} (${percent(seconds / total)})`
      return i === 0 ? strong(text) : `then ${text}`
    })
    .join(', ')
}

function nextCommands(run: RunReport, terminal: Terminal): string[] {
  const id = shellId(run.runId)
  const rows = [
    [`${terminal.program} report ${id} -o run.html${terminal.where}`, 'the same as a page, with stacks and resources'],
    [`${terminal.program} tasks ${id}${terminal.where}`, 'every attempt, with its measurements'],
  ] as const
  return rows.map(([command, words]) =>
    cells(command) + cells(words) + 5 > terminal.width
      ? `  ${command}`
      : `  ${command}   ${terminal.style('dim', words)}`,
  )
}

/** Never wrapped: a terminal opens an address only whole. */
function linkLines(links: RunLinks | undefined, terminal: Terminal): string[] {
  const shown = Object.entries(links ?? {}).filter((entry): entry is [string, string] => entry[1] !== null)
  return shown.map(([name, url]) => `  ${terminal.style('dim', name.padEnd(LABEL))}${visible(url)}`)
}
