import type { FlakyTask, Range } from '@runspan/analytics'
import { relativeDay } from '@runspan/story'

import { duration, percent } from './numbers.ts'
import { shellWord } from './shell-word.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { cutEnd, visible, wrap } from './text.ts'

/** Returns flaky tasks, the most certain first, each with its error. */
export function flakyView(
  { tasks, workflow }: { readonly tasks: readonly FlakyTask[] } & Range,
  terminal: Terminal,
): string[] {
  if (tasks.length === 0) {
    const where = workflow === undefined ? '' : ` of ${visible(workflow)}`
    return wrap(`No task${where} is flaky in this period: none failed and then completed in two runs.`, terminal.width)
  }
  const column = (title: string, text: (row: FlakyTask) => string): Column<FlakyTask> => ({
    title,
    align: 'right',
    text,
  })
  const lines = table<FlakyTask>(
    [
      { title: 'TASK', text: ({ nodeId }) => visible(nodeId), cut: 'middle', least: 8 },
      ...(workflow === undefined
        ? [{ title: 'WORKFLOW', text: (row: FlakyTask) => visible(row.workflow), cut: 'middle' as const, least: 6 }]
        : []),
      { title: 'FLAKY', text: ({ kind }) => (kind === 'recovers' ? 'recovers' : 'at times') },
      column('RATE', ({ rate }) => percent(rate)),
      ...(terminal.width >= 72
        ? [column('RUNS', (row) => `${row.kind === 'recovers' ? row.recoveredRuns : row.failedRuns} of ${row.runs}`)]
        : []),
      column('LOST', ({ wastedSeconds, backoffSeconds }) => duration(wastedSeconds + backoffSeconds)),
      ...(terminal.width >= 80
        ? [column('LAST', ({ lastSeen }) => relativeDay(new Date(lastSeen), terminal.now))]
        : []),
    ],
    tasks,
    terminal,
  )
  const next = tasks[0]!
  return [
    lines[0]!,
    ...lines.slice(1).flatMap((line, i) => {
      const { errorType, errorMessage } = tasks[i]!
      const error = [errorType, errorMessage].filter((part) => part !== '').map(visible)
      if (error.length === 0) return [line]
      return [
        line,
        `    ${terminal.style('dim', cutEnd(`${terminal.glyphs.note} ${error.join(': ')}`, terminal.width - 4))}`,
      ]
    }),
    '',
    ...wrap(
      'recovers: failed, then completed in the same run; at times: failed for good in some runs and not in others; lost: time of failed attempts and pauses',
      terminal.width - 2,
    ).map((line) => `  ${terminal.style('dim', line)}`),
    `  ${terminal.program} runs --workflow ${shellWord(visible(next.workflow))} --status failed${terminal.where}`,
  ]
}
