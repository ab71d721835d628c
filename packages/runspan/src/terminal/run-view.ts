import { groups, type RunReport, type TimeLeft, type UsualDurations } from '@runspan/analytics'
import {
  AGAINST_USUAL,
  counted,
  engineName,
  type Prose,
  runFacts,
  runHeadline,
  runStory,
  timestamp,
  type ToldStory,
} from '@runspan/story'
import type { RunLinks } from '@runspan/workspace'

import { factLines, headlineLines } from './prose-lines.ts'
import { shellId } from './shell-id.ts'
import { spark } from './spark.ts'
import { statusGlyph, statusStyle } from './status.ts'
import type { Terminal } from './terminal.ts'
import { cells, visible, wrap } from './text.ts'
import { waterfall, waterfallKey } from './waterfall.ts'

export interface RunViewData {
  readonly run: RunReport
  /** What is usual among the runs before this one; null where there are too few. */
  readonly usual: UsualDurations | null
  /** How long a run that runs still takes; null where nobody knows. */
  readonly timeLeft?: TimeLeft | null | undefined
  readonly links?: RunLinks
}

/** A task of less than a second is recorded at its end only. */
const NO_TASKS = {
  running: 'No task of this run has been seen yet.',
  ended: 'No tasks were recorded under this run.',
}

/** One run for the terminal: verdict, what failed, against usual, where the time went, the waterfall. */
export function runView({ run, usual, timeLeft, links }: RunViewData, terminal: Terminal): string[] {
  const story = runStory({ run, usual, timeLeft })
  const { chains } = story
  const lines = [
    ...headlineLines(statusGlyph(run.status, terminal), runHeadline(story), terminal),
    ...headline(run, terminal),
    '',
    ...factsOf(story, terminal),
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

const COUNTED = ['completed', 'failed', 'cancelled', 'skipped', 'running'] as const

function headline(run: RunReport, terminal: Terminal): string[] {
  const { tasks } = run
  const counts = COUNTED.filter((status) => tasks[status] > 0)
    .map((status) => `${statusGlyph(status, terminal)} ${tasks[status]}`)
    .join(' ')
  const parts = [
    visible(run.runId),
    timestamp(new Date(run.startTime)),
    ...(run.engine === 'runspan' ? [] : [visible(engineName(run.engine))]),
    `${counted(tasks.total, 'task')}${counts === '' ? '' : `: ${counts}`}`,
  ]
  return wrap(parts.map((part) => part.replaceAll(' ', '\u00A0')).join(', '), terminal.width - 2).map(
    (line) => `  ${terminal.style('dim', line.replaceAll('\u00A0', ' ').replace(/,$/, ''))}`,
  )
}

const LABEL = 16

/** The verdict's statements; beside the usual stands how long the runs before took. */
function factsOf(story: ToldStory, terminal: Terminal): string[] {
  return factLines(
    runFacts(story).map((fact) =>
      fact.label === AGAINST_USUAL ? { ...fact, prose: [...fact.prose, ...usualBars(story, terminal)] } : fact,
    ),
    LABEL,
    terminal,
  )
}

/** The completed runs before this one and this one as small bars. */
function usualBars({ run, isOver, document: { usual } }: ToldStory, terminal: Terminal): Prose {
  if (usual === null || !isOver) return []
  const bars = [
    ...usual.durations.map(({ seconds }) => ({ value: seconds, style: statusStyle('completed') })),
    { value: run.durationSeconds, style: statusStyle(run.status) },
  ]
  return [` ${spark(bars, terminal)}`]
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
