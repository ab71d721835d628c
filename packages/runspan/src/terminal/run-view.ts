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
  /** Usual duration of the runs before this one; null if there are too few. */
  readonly usual: UsualDurations | null
  /** Estimated time left of a running run; null if unknown. */
  readonly timeLeft?: TimeLeft | null | undefined
  readonly links?: RunLinks
}

/** Text for a run without tasks: a task of less than a second is recorded only at its end. */
const NO_TASKS = {
  running: 'No task of this run has been seen yet.',
  ended: 'No tasks were recorded under this run.',
}

/** Returns one run for the terminal: verdict, failures, against usual, where the time went, the waterfall. */
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

/** Returns the verdict's statements, with the durations of earlier runs next to the usual. */
function factsOf(story: ToldStory, terminal: Terminal): string[] {
  return factLines(
    runFacts(story).map((fact) =>
      fact.label === AGAINST_USUAL ? { ...fact, prose: [...fact.prose, ...usualBars(story, terminal)] } : fact,
    ),
    LABEL,
    terminal,
  )
}

/** Returns the earlier completed runs and this one as small bars. */
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

/** Returns links that are never wrapped: a terminal opens only a whole URL. */
function linkLines(links: RunLinks | undefined, terminal: Terminal): string[] {
  const shown = Object.entries(links ?? {}).filter((entry): entry is [string, string] => entry[1] !== null)
  return shown.map(([name, url]) => `  ${terminal.style('dim', name.padEnd(LABEL))}${visible(url)}`)
}
