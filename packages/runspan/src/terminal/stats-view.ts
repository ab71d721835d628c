import type { DailyMetrics, RunStats } from '@runspan/analytics'
import type { RunSummary } from '@runspan/model'
import {
  day,
  NO_RUNS,
  samplingWords,
  timestamp,
  type ToldWorkflow,
  workflowFacts,
  type WorkflowVerdict,
  workflowVerdict,
} from '@runspan/story'

import { duration, percent } from './numbers.ts'
import { factLines, headlineLines } from './prose-lines.ts'
import { shellWord } from './shell-word.ts'
import { spark } from './spark.ts'
import { statusGlyph, statusStyle } from './status.ts'
import type { Style, Terminal } from './terminal.ts'
import { padEnd, padStart, visible, wrap } from './text.ts'

export interface StatsViewData {
  readonly stats: RunStats
  /** Latest runs, newest first. */
  readonly recent: readonly RunSummary[]
  readonly daily?: readonly DailyMetrics[] | undefined
  readonly workflow?: string | undefined
  /** Data of the sentences on the workflow; absent for all workflows. */
  readonly told?: ToldWorkflow | undefined
  readonly from?: Date | undefined
}

const LABEL = 14

/** Returns run statistics for the terminal. */
export function statsView(
  { stats, recent, daily = [], workflow, told, from }: StatsViewData,
  terminal: Terminal,
): string[] {
  const title = workflow === undefined ? 'All workflows' : visible(workflow)
  const period = `${from === undefined ? 'everything' : `from ${timestamp(from)}`} to ${timestamp(terminal.now)}`
  const head = `${terminal.style('bold', title)}${terminal.style('dim', `, ${period}`)}`
  if (stats.totalRuns === 0) return [head, '', `  ${NO_RUNS}.`]
  const label = (text: string): string => `  ${terminal.style('dim', padEnd(text, LABEL))}`
  const count = (status: 'completed' | 'failed' | 'cancelled' | 'lost' | 'running', number: number): string =>
    `${statusGlyph(status, terminal)} ${whole(number)} ${status}`
  const counts = [
    count('completed', stats.completedRuns),
    count('failed', stats.failedRuns),
    count('cancelled', stats.cancelledRuns),
    count('lost', stats.lostRuns),
    ...(stats.runningRuns > 0 ? [count('running', stats.runningRuns)] : []),
  ]
  // non-breaking: a count stays on one line
  const gap = terminal.width >= 80 ? '\u00A0\u00A0 ' : ' '
  const words = [
    terminal.style('bold', whole(stats.totalRuns)),
    ...counts.map((text) => text.replaceAll(' ', '\u00A0')),
  ]
  const lines = [
    head,
    ...(told === undefined ? [] : verdictLines(told, terminal)),
    '',
    ...wrap(words.join(gap), terminal.width - LABEL - 2).map(
      (line, i) => label(i === 0 ? 'runs' : '') + line.replaceAll('\u00A0', ' ').trimEnd(),
    ),
  ]
  const sampled = samplingWords(stats.sampling)
  if (sampled !== null) {
    lines.push(
      ...wrap(sampled, terminal.width - LABEL - 2).map((line) => `${label('')}${terminal.style('bold', line)}`),
    )
  }
  if (stats.successRate !== null) {
    const width = Math.min(58, terminal.width - LABEL - 10)
    const good = Math.round(stats.successRate * width)
    // a failure must never round away
    const shown = stats.successRate < 1 ? Math.min(good, width - 1) : good
    const strip =
      terminal.style('green', terminal.glyphs.bar.repeat(shown)) +
      terminal.style('red', terminal.glyphs.wait.repeat(width - shown))
    lines.push(`${label('success')}${strip}  ${terminal.style('bold', percent(stats.successRate))}`)
  }
  const series = recent.toReversed().slice(-(terminal.width - LABEL - 4))
  if (series.length > 1) {
    const bars = spark(
      series.map(({ durationSeconds, status }) => ({ value: durationSeconds, style: statusStyle(status) })),
      terminal,
    )
    const marks = series
      .map(({ status }) =>
        status === 'failed' ? terminal.glyphs.failed : status === 'cancelled' ? terminal.glyphs.cancelled : ' ',
      )
      .join('')
      .trimEnd()
    lines.push('', `${label('run duration')}${bars}`)
    if (marks !== '') lines.push(`${' '.repeat(LABEL + 2)}${terminal.style('red', marks)}`)
    lines.push(`${' '.repeat(LABEL + 2)}${terminal.style('dim', day(new Date(series[0]!.startTime)))}`)
  }
  lines.push(...dayLines(daily, label, terminal))
  if (stats.avgDurationSeconds !== null) {
    const columns: [string, number | null][] = [
      ['average', stats.avgDurationSeconds],
      ['p50', stats.p50DurationSeconds],
      ['p95', stats.p95DurationSeconds],
      ['longest', stats.maxDurationSeconds],
    ]
    lines.push(
      '',
      `${label('')}${terminal.style('dim', columns.map(([name]) => padStart(name, 8)).join('  '))}`,
      `${label('all runs')}${columns.map(([, value]) => padStart(value === null ? terminal.glyphs.none : duration(value), 8)).join('  ')}`,
    )
  }
  const next = workflow ?? recent[0]?.workflow
  if (next !== undefined) {
    lines.push(
      '',
      `  ${terminal.program} nodes ${shellWord(visible(next))}${terminal.where}   ${terminal.style('dim', 'which task takes the time')}`,
    )
  }
  return lines
}

const STYLES: Readonly<Record<WorkflowVerdict['kind'], Style>> = {
  failed: 'red',
  lost: 'yellow',
  slower: 'yellow',
  flaky: 'yellow',
  completed: 'green',
  pending: 'dim',
}

const FACT = 16

/** Returns the main findings on the workflow, in sentences. */
function verdictLines(told: ToldWorkflow, terminal: Terminal): string[] {
  const { kind, title } = workflowVerdict(told)
  const glyph = kind === 'slower' || kind === 'flaky' ? '!' : terminal.glyphs[kind]
  return [
    '',
    ...headlineLines(terminal.style(STYLES[kind], glyph), title, terminal),
    ...factLines(workflowFacts(told), FACT, terminal),
  ]
}

/** Returns an estimate without fractions of runs. */
function whole(runs: number): string {
  return String(Math.round(runs))
}

const DAY_MS = 86_400_000
const NEEDS_DAYS = 3

/** Returns the median duration by day, marking days with failed or lost runs; a day without runs is a gap. */
function dayLines(daily: readonly DailyMetrics[], label: (text: string) => string, terminal: Terminal): string[] {
  const last = daily.at(-1)
  if (last === undefined || daily.length < NEEDS_DAYS) return []
  const byDay = new Map(daily.map((row) => [Date.parse(row.day), row]))
  const end = Date.parse(last.day)
  const all = Math.round((end - Date.parse(daily[0]!.day)) / DAY_MS) + 1
  const cells = Math.min(all, terminal.width - LABEL - 4)
  const days = Array.from({ length: cells }, (_, i) => end - (cells - 1 - i) * DAY_MS)
  const medians = days.map((at) => byDay.get(at)?.p50DurationSeconds ?? null)
  const bars = spark(
    medians.map((value) => (value === null ? null : { value, style: 'green' as const })),
    terminal,
  )
  const marks = days
    .map((at) => {
      const row = byDay.get(at)
      return row !== undefined && row.failed > 0
        ? terminal.glyphs.failed
        : (row?.lost ?? 0) > 0
          ? terminal.glyphs.lost
          : ' '
    })
    .join('')
    .trimEnd()
  const indent = ' '.repeat(LABEL + 2)
  return [
    '',
    `${label('by day')}${bars}`,
    ...(marks === '' ? [] : [`${indent}${terminal.style('red', marks)}`]),
    `${indent}${terminal.style('dim', `median of ${cells} days from ${day(new Date(days[0]!))}, ${terminal.glyphs.failed} with failures`)}`,
  ]
}
