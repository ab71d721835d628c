import type { ComparedTask, ComparedTaskRun, RunComparison } from '@runspan/analytics'

import { change, duration, timestamp } from './numbers.ts'
import { shortId } from './short-id.ts'
import { statusGlyph } from './status.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { padEnd, padStart, visible, wrap } from './text.ts'

/** Tasks that are listed at most; the others are summed up in a line. */
const MOST_TASKS = 20
/** A difference below this part of the first run is none. */
const NOISE = 0.02

/** Runs side by side: who took how long, and which tasks explain it. */
export function compareView({ runs, tasks }: RunComparison, terminal: Terminal): string[] {
  const [first, last] = [runs[0]!, runs.at(-1)!]
  const ids = runs.map(({ run }) => run.runId)
  const letters = runs.map((_, i) => String.fromCodePoint(65 + i))
  const widest = Math.max(...ids.map((id) => visible(shortId(id, ids)).length))
  const lines = [
    ...wrap(verdict(letters, runs), terminal.width).map((line) => terminal.style('bold', line)),
    '',
    ...runs.map(({ run, differenceSeconds, ratio }, i) =>
      `  ${letters[i]}  ${statusGlyph(run.status, terminal)} ${padEnd(visible(shortId(run.runId, ids)), Math.min(30, widest))}  ${padStart(duration(run.durationSeconds), 8)}  ${padStart(i === 0 || ratio === null ? '' : `${signed(differenceSeconds)}`, 9)}  ${terminal.style('dim', terminal.width >= 80 ? timestamp(new Date(run.startTime)) : '')}`.trimEnd(),
    ),
  ]
  if (new Set(runs.map(({ run }) => run.workflow)).size > 1) {
    lines.push(...wrap('  The runs are of different workflows: tasks are matched by their names.', terminal.width))
  }
  if (tasks.length === 0) return [...lines, '', '  No tasks were recorded under these runs.']
  const shown = tasks.slice(0, MOST_TASKS)
  const rest = tasks.slice(MOST_TASKS).reduce((sum, task) => sum + task.pathDifferenceSeconds, 0)
  // of many runs the first and the last, as they are compared
  const columns =
    runs.length <= Math.max(2, Math.floor((terminal.width - 40) / 12)) ? runs.map((_, i) => i) : [0, runs.length - 1]
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
        { title: 'LONGER BY', align: 'right', text: (task) => signed(task.differenceSeconds) },
        {
          title: 'OF THE PATH',
          align: 'right',
          text: ({ pathDifferenceSeconds }) =>
            Math.abs(pathDifferenceSeconds) < 5e-4 ? '' : signed(pathDifferenceSeconds),
          style: (text, { pathDifferenceSeconds }) =>
            Math.abs(pathDifferenceSeconds) > NOISE * first.run.durationSeconds ? terminal.style('bold', text) : text,
        },
        ...(terminal.width >= 72
          ? [{ title: 'NOTE', text: (task: ComparedTask) => note(task, letters), cut: 'end' as const, least: 6 }]
          : []),
      ],
      shown,
      terminal,
    ),
  )
  const tail = last.tailSeconds - first.tailSeconds - (last.skewSeconds - first.skewSeconds)
  if (tasks.length > MOST_TASKS)
    lines.push(`  ${terminal.style('dim', `${tasks.length - MOST_TASKS} others: ${signed(rest)} of the path`)}`)
  if (Math.abs(tail) > NOISE * first.run.durationSeconds)
    lines.push(`  ${terminal.style('dim', `after the last task: ${signed(tail)}`)}`)
  return [
    ...lines,
    '',
    ...wrap(
      `parts of the critical path explain the difference from ${letters[0]} to ${letters.at(-1)}; two runs prove nothing: notes say what is unusual against the 28 days before`,
      terminal.width - 2,
    ).map((line) => `  ${terminal.style('dim', line)}`),
  ]
}

function verdict(letters: readonly string[], runs: RunComparison['runs']): string {
  const { differenceSeconds, ratio } = runs.at(-1)!
  const pair = letters.at(-1)!
  if (ratio === null || Math.abs(ratio - 1) < NOISE) return `${pair} took as long as ${letters[0]}`
  const part = ratio >= 10 || ratio <= 0.1 ? '' : ` (${change(ratio, 0)})`
  return `${pair} took ${duration(Math.abs(differenceSeconds))} ${differenceSeconds > 0 ? 'longer' : 'less'} than ${letters[0]}${part}`
}

function cell(inRun: ComparedTaskRun | null, terminal: Terminal): string {
  if (inRun === null) return terminal.glyphs.none
  const time = inRun.status === 'skipped' ? 'skipped' : duration(inRun.durationSeconds)
  return `${time}${inRun.status === 'failed' ? ` ${terminal.glyphs.failed}` : inRun.onPath ? ` ${terminal.glyphs.onPath}` : '  '}`
}

function note({ runs }: ComparedTask, letters: readonly string[]): string {
  const notes = runs.flatMap((inRun, i) => {
    if (inRun === null) return []
    const own = [
      ...(inRun.unusual ? [inRun.score! > 0 ? 'unusually long' : 'unusually short'] : []),
      ...(inRun.attempts > 1 ? [`${inRun.attempts} attempts`] : []),
    ]
    return own.length === 0 ? [] : [`${letters[i]} ${own.join(', ')}`]
  })
  const missing = runs.flatMap((inRun, i) => (inRun === null ? [letters[i]!] : []))
  return [...notes, ...(missing.length > 0 ? [`not in ${missing.join(', ')}`] : [])].join('; ')
}

function signed(seconds: number | null): string {
  if (seconds === null) return ''
  if (Math.abs(seconds) < 5e-7) return '0s'
  return `${seconds < 0 ? '−' : '+'}${duration(Math.abs(seconds))}`
}
