import type { Bottleneck, BottleneckCause, Bottlenecks } from '@runspan/analytics'
import { counted, fixed } from '@runspan/story'

import { duration, percent } from './numbers.ts'
import { bar } from './spark.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { padEnd, visible, wrap } from './text.ts'

/** Returns the tasks that delay the runs of a workflow, with reasons and recommendations. */
export function bottlenecksView(answer: Bottlenecks, terminal: Terminal): string[] {
  const name = visible(answer.workflow)
  if (answer.runs === 0 || answer.medianRunSeconds === null) return [`No ended runs of ${name} in this period.`]
  const head = `${terminal.style('bold', name)}${terminal.style('dim', `, ${counted(answer.runs, 'run')}, median ${duration(answer.medianRunSeconds)}`)}`
  const caveat = answer.insufficient
    ? ['', ...wrap(FEW_RUNS, terminal.width).map((line) => terminal.style('dim', line))]
    : []
  if (answer.bottlenecks.length === 0) {
    return [
      head,
      '',
      ...wrap('  No task has a tenth of the critical path: there is no bottleneck.', terminal.width),
      ...caveat,
    ]
  }
  const barWidth = terminal.width >= 80 ? 10 : 4
  const time = (seconds: number | null): string => (seconds === null ? terminal.glyphs.none : duration(seconds))
  const lines = table<Bottleneck>(
    [
      { title: 'TASK', text: ({ nodeId }) => visible(nodeId), cut: 'middle', least: 8 },
      {
        title: 'PATH',
        text: ({ shareOfCriticalPath: share }) =>
          `${padEnd(bar(share, barWidth, terminal), barWidth)} ${percent(share).padStart(4)}`,
      },
      { title: 'RAN', align: 'right', text: ({ selfSeconds }) => duration(selfSeconds) },
      { title: 'WAITED', align: 'right', text: ({ waitSeconds }) => duration(waitSeconds) },
      ...(terminal.width >= 84
        ? [{ title: 'ATTEMPT P50', align: 'right' as const, text: (row: Bottleneck) => time(row.p50DurationSeconds) }]
        : []),
      { title: 'ATTEMPT P95', align: 'right', text: ({ p95DurationSeconds }) => time(p95DurationSeconds) },
    ],
    answer.bottlenecks,
    terminal,
  )
  return [
    head,
    '',
    lines[0]!,
    ...lines.slice(1).flatMap((line, i) => [line, ...causeLines(answer.bottlenecks[i]!.causes, terminal)]),
    ...caveat,
  ]
}

/** Printed after an answer from fewer than 20 runs. */
const FEW_RUNS = 'From fewer than 20 runs: the next few may change this.'
const INDENT = 4

function causeLines(causes: readonly BottleneckCause[], terminal: Terminal): string[] {
  if (causes.length === 0) {
    return [
      `${' '.repeat(INDENT)}${terminal.style('dim', `${terminal.glyphs.note} on the path, and nothing stands out`)}`,
    ]
  }
  return causes.flatMap((cause) => {
    const saved = cause.savedSeconds !== null && cause.savedSeconds > 0 ? `, ${duration(cause.savedSeconds)} a run` : ''
    const [first, ...more] = wrap(
      `${terminal.glyphs.note} ${cause.reason}: ${valueText(cause)}${saved}. ${cause.recommendation}`,
      terminal.width - INDENT - 2,
    )
    return [
      `${' '.repeat(INDENT)}${first}`,
      ...more.map((line) => `${' '.repeat(INDENT + 2)}${terminal.style('dim', line)}`),
    ]
  })
}

/** Returns the number of a reason in words. */
function valueText({ reason, value }: BottleneckCause): string {
  switch (reason) {
    case 'slow':
      return `${percent(value)} of the median run`
    case 'busy':
      return `CPU for ${percent(value)} of its time`
    case 'waiting':
      return `${percent(value)} of its time on the path is waiting`
    case 'unsteady':
      return `1 of 20 takes ${fixed(value, 1)} times the median or more`
    case 'retried':
      return `${percent(value)} of its time goes into attempts that fail`
    case 'memory':
      return `peak memory ${fixed(value, 1)} times the median`
  }
}
