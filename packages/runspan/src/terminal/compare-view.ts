import type { ComparedInTime, ComparedTask, ComparedTaskRun, RunComparison } from '@runspan/analytics'
import {
  compact,
  compactSignedDuration,
  comparisonTitle,
  onlyOnPathIn,
  runLetter,
  SAME,
  shortId,
  timestamp,
  waitedWords,
} from '@runspan/story'

import { duration } from './numbers.ts'
import { proseLines } from './prose-lines.ts'
import { statusGlyph } from './status.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { padEnd, padStart, visible, wrap } from './text.ts'

/** Maximum tasks that are listed; the others are summed up in one line. */
const MOST_TASKS = 20

/** Returns runs side by side, with their durations and the tasks that explain the difference. */
export function compareView({ runs, tasks, compared }: RunComparison, terminal: Terminal): string[] {
  const ids = runs.map(({ run }) => run.runId)
  const letters = runs.map((_, i) => runLetter(i))
  const title = comparisonTitle(runs.map(({ run }, i) => ({ letter: runLetter(i), run })))
  const widest = Math.max(...ids.map((id) => visible(shortId(id, ids)).length))
  const lines = [
    ...proseLines([{ strong: title }], terminal.width, terminal),
    '',
    ...runs.map(({ run, differenceSeconds, ratio }, i) =>
      `  ${letters[i]}  ${statusGlyph(run.status, terminal)} ${padEnd(visible(shortId(run.runId, ids)), Math.min(30, widest))}  ${padStart(duration(run.durationSeconds), 8)}  ${padStart(i === compared?.first || ratio === null ? '' : `${signed(differenceSeconds)}`, 9)}  ${terminal.style('dim', terminal.width >= 80 ? timestamp(new Date(run.startTime)) : '')}`.trimEnd(),
    ),
  ]
  if (new Set(runs.map(({ run }) => run.workflow)).size > 1) {
    lines.push(...wrap('  The runs are of different workflows: tasks are matched by their names.', terminal.width))
  }
  if (tasks.length === 0) return [...lines, '', '  No tasks were recorded under these runs.']
  const shown = tasks.slice(0, MOST_TASKS)
  const rest = tasks.slice(MOST_TASKS).reduce((sum, task) => sum + (task.pathDifferenceSeconds ?? 0), 0)
  // of many runs, only the compared first and last are shown
  const columns =
    runs.length <= Math.max(2, Math.floor((terminal.width - 40) / 12))
      ? runs.map((_, i) => i)
      : [compared?.first ?? 0, compared?.last ?? runs.length - 1]
  const pair = compared === null ? null : `${letters[compared.last]} − ${letters[compared.first]}`
  const shortest = compared === null ? 0 : SAME * runs[compared.first]!.run.durationSeconds
  lines.push(
    '',
    ...table<ComparedTask>(
      [
        { title: 'TASK', text: ({ nodeId }) => visible(nodeId), cut: 'middle', least: 8 },
        ...columns.map((i): Column<ComparedTask> => ({
          title: letters[i]!,
          align: 'right',
          text: (task) => cell(task.runs[i] ?? null, terminal),
        })),
        ...(pair === null ? [] : differenceColumns(pair, shortest, terminal)),
        ...(terminal.width >= 72
          ? [
              {
                title: 'NOTE',
                text: (task: ComparedTask) => note(task, letters, compared),
                cut: 'end' as const,
                least: 6,
              },
            ]
          : []),
      ],
      shown,
      terminal,
    ),
  )
  if (tasks.length > MOST_TASKS)
    lines.push(
      `  ${terminal.style('dim', `${tasks.length - MOST_TASKS} others${pair === null ? '' : `: ${signed(rest)} on the path`}`)}`,
    )
  if (compared !== null) {
    const [first, last] = [runs[compared.first]!, runs[compared.last]!]
    const tail = last.tailSeconds - first.tailSeconds - (last.skewSeconds - first.skewSeconds)
    if (Math.abs(tail) > shortest) lines.push(`  ${terminal.style('dim', `after the last task: ${signed(tail)}`)}`)
  }
  return [...lines, '', ...wrap(keyOf(pair), terminal.width - 2).map((line) => `  ${terminal.style('dim', line)}`)]
}

/** Returns what the columns mean. */
function keyOf(pair: string | null): string {
  const unusual = 'Two runs prove nothing: notes say what is unusual against the 28 days before.'
  const itself = 'what the task ran, all its attempts together'
  return pair === null
    ? `Under a letter: ${itself}. ${unusual}`
    : `Under a letter, and ${pair}: ${itself}. PATH ${pair}: its part of the critical path, the waits before it included; these parts add up to the difference. ${unusual}`
}

/**
 * Returns both difference columns, with the compared value in the title: a task may run shorter and still delay the run more.
 */
function differenceColumns(pair: string, shortest: number, terminal: Terminal): Column<ComparedTask>[] {
  return [
    { title: pair, align: 'right', text: (task) => signed(task.differenceSeconds) },
    {
      title: `PATH ${pair}`,
      align: 'right',
      text: ({ pathDifferenceSeconds: path }) => (path === null || Math.abs(path) < 5e-4 ? '' : signed(path)),
      style: (text, { pathDifferenceSeconds }) =>
        Math.abs(pathDifferenceSeconds ?? 0) > shortest ? terminal.style('bold', text) : text,
    },
  ]
}

function cell(inRun: ComparedTaskRun | null, terminal: Terminal): string {
  if (inRun === null) return terminal.glyphs.none
  const time = inRun.status === 'skipped' ? 'skipped' : duration(inRun.durationSeconds)
  return `${time}${inRun.status === 'failed' ? ` ${terminal.glyphs.failed}` : inRun.onPath ? ` ${terminal.glyphs.onPath}` : '  '}`
}

function note(task: ComparedTask, letters: readonly string[], compared: ComparedInTime | null): string {
  const { runs } = task
  const notes = runs.flatMap((inRun, i) => {
    if (inRun === null) return []
    const own = [
      ...(inRun.unusual ? [inRun.score! > 0 ? 'unusually long' : 'unusually short'] : []),
      ...(inRun.attempts > 1 ? [`${inRun.attempts} attempts`] : []),
    ]
    return own.length === 0 ? [] : [`${letters[i]} ${own.join(', ')}`]
  })
  const missing = runs.flatMap((inRun, i) => (inRun === null ? [letters[i]!] : []))
  return [
    ...pathNotes(task, letters, compared),
    ...notes,
    ...(missing.length > 0 ? [`not in ${missing.join(', ')}`] : []),
  ].join('; ')
}

/** Returns notes on tasks whose part of the path changed differently from the task itself. */
function pathNotes(
  { runs, differenceSeconds, pathDifferenceSeconds, pathWaitDifferenceSeconds }: ComparedTask,
  letters: readonly string[],
  compared: ComparedInTime | null,
): string[] {
  if (compared === null || pathDifferenceSeconds === null || Math.abs(pathDifferenceSeconds) < 5e-4) return []
  const [first, last] = [runs[compared.first] ?? null, runs[compared.last] ?? null]
  if (first === null || last === null) return []
  if (Math.sign(differenceSeconds ?? 0) === Math.sign(pathDifferenceSeconds)) return []
  if (first.onPath !== last.onPath)
    return [compact(onlyOnPathIn(letters[last.onPath ? compared.last : compared.first]!))]
  const waited = pathWaitDifferenceSeconds ?? 0
  return Math.sign(waited) === Math.sign(pathDifferenceSeconds) ? [compact(waitedWords(waited))] : []
}

function signed(seconds: number | null): string {
  return seconds === null ? '' : compactSignedDuration(seconds)
}
