import {
  type ChangePoint,
  baseName,
  type FlakyTask,
  type RunSummary,
  timesUsual,
  type UsualDuration,
  type DashboardDocument,
} from '@runspan/analytics'

import { counted } from '../words/listing.ts'
import { shortText, visible } from '../words/names.ts'
import { difference, duration, percent } from '../words/numbers.ts'
import { type Fact, name, type Prose } from '../words/prose.ts'
import { day, minute } from '../words/times.ts'
import { lastChange } from './regimes.ts'
import { typical } from './typical.ts'

/** What is most important about a workflow. */
export interface WorkflowVerdict {
  readonly kind: 'failed' | 'lost' | 'slower' | 'flaky' | 'completed' | 'pending'
  readonly glyph: string
  readonly title: string
}

/** From this share of runs on a task that recovers is worth the headline. */
const FLAKY_RATE = 0.05

/** The most important true sentence: failing, lost, slower, flaky, or fine. */
export function workflowVerdict(document: DashboardDocument): WorkflowVerdict {
  const { runs, changes, flaky } = document
  const ended = runs.filter(({ status }) => status !== 'running' && status !== 'pending')
  const last = ended.at(-1)
  if (last === undefined) {
    return { kind: 'pending', glyph: '○', title: runs.length === 0 ? 'No runs in this time' : 'No run has ended yet' }
  }
  const streak = ended.length - 1 - ended.findLastIndex(({ status }) => status !== 'failed')
  if (streak >= 2) {
    return {
      kind: 'failed',
      glyph: '✕',
      title: `Failing since ${day(new Date(ended.at(-streak)!.startTime))}: the last ${counted(streak, 'run')}`,
    }
  }
  if (last.status === 'lost') return { kind: 'lost', glyph: '?', title: `Lost: the last run gave no more sign of life` }
  const change = lastChange(changes)
  if (change !== null && change.ratio > 1) {
    return {
      kind: 'slower',
      glyph: '!',
      title: `Slower since ${day(new Date(change.day))}: ${duration(change.afterSeconds)}, was ${duration(change.beforeSeconds)}`,
    }
  }
  const worst = worstFlaky(flaky)
  if (worst !== undefined && worst.rate >= FLAKY_RATE) {
    return {
      kind: 'flaky',
      glyph: '!',
      title: `Flaky: ${shortText(worst.nodeId, 60)}, in ${percent(worst.rate)} of the runs`,
    }
  }
  if (change !== null) {
    return {
      kind: 'completed',
      glyph: '✓',
      title: `Faster since ${day(new Date(change.day))}: ${duration(change.afterSeconds)}, was ${duration(change.beforeSeconds)}`,
    }
  }
  return {
    kind: 'completed',
    glyph: '✓',
    title: `Fine: ${runs.filter(({ status }) => status === 'completed').length} of ${latestRuns(document)} completed, typically in ${duration(typical(runs).median)}`,
  }
}

/**
 * `60 runs`, or `the latest 5,000 runs` where the list ends before the time does: statistics count all, so what is said with them takes no number from the list, and the
 * other way round.
 */
export function latestRuns(list: RunList): string {
  const words = counted(list.runs.length, list.stats.sampling === undefined ? 'run' : 'stored run')
  return isCutShort(list) ? `the latest ${words}` : words
}

type RunList = Pick<DashboardDocument, 'runs' | 'stats'>

/** Returns whether the list of runs lacks some of the period. */
export function isCutShort({ runs, stats }: RunList): boolean {
  return runs.length < (stats.sampling?.storedRuns ?? stats.totalRuns)
}

function worstFlaky(flaky: readonly FlakyTask[]): FlakyTask | undefined {
  return flaky.toSorted((a, b) => b.rateAtLeast - a.rateAtLeast)[0]
}

/** The dashboard's sentences: the last run, what changed, what fails. */
export function workflowFacts(document: DashboardDocument): Fact[] {
  const rows: [string, Prose | null][] = [
    ['The last run', lastRun(document)],
    ['What changed', whatChanged(document)],
    ['What fails', whatFails(document)],
  ]
  return rows.flatMap(([label, prose]) => (prose === null ? [] : [{ label, prose }]))
}

function lastRun({ runs, reports, usual }: DashboardDocument): Prose | null {
  const run = runs.at(-1)
  if (run === undefined) return null
  const failure: Prose =
    run.tasks.firstFailed === null
      ? []
      : [': ', name(run.tasks.firstFailed.nodeId), `, ${visible(run.tasks.firstFailed.errorType) || 'Error'}`]
  const link = reports[run.runId]
  const open: Prose = link === undefined ? [] : [' ', { link, text: 'Open the run' }]
  return [
    { strong: [run.status] },
    ` ${runWords(run)}`,
    ...failure,
    '.',
    usualWords(run, usual[run.runId] ?? null),
    ...open,
  ]
}

/** The same comparison as in the run's own document. */
function usualWords(run: RunSummary, usual: UsualDuration | null): string {
  const times = timesUsual(run, usual)
  if (times === null) return ''
  const far = difference(times)
  if (far === null) return ' That is as usual.'
  return times >= 10
    ? ` That is ${far} the usual time.`
    : ` That is ${far} ${times > 1 ? 'longer' : 'shorter'} than usual.`
}

function runWords({ status, startTime, durationSeconds }: RunSummary): string {
  const when = minute(new Date(startTime))
  if (status === 'running' || status === 'pending') return `since ${when}, for ${duration(durationSeconds)} so far`
  return status === 'completed'
    ? `in ${duration(durationSeconds)}, begun ${when}`
    : `after ${duration(durationSeconds)}, begun ${when}`
}

function whatChanged(document: DashboardDocument): Prose | null {
  const changes = document.changes
    .filter(
      (change): change is ChangePoint & { nodeId: string } =>
        change.nodeId !== null && difference(change.ratio) !== null,
    )
    .filter(
      ({ beforeSeconds, afterSeconds }) =>
        Math.abs(afterSeconds - beforeSeconds) > 0.01 * (typical(document.runs).median ?? 0),
    )
    .toSorted((a, b) => Math.abs(b.afterSeconds - b.beforeSeconds) - Math.abs(a.afterSeconds - a.beforeSeconds))
  const whole = lastChange(document.changes)
  const [first] = changes
  if (first === undefined && whole === null) {
    const days = new Set(document.runs.map(({ startTime }) => startTime.slice(0, 10))).size
    return days < 10
      ? ['Too few days to tell a change from chance.']
      : ['Nothing: no task took longer or shorter than chance allows.']
  }
  const parts: Prose[] = []
  if (first !== undefined) {
    parts.push([
      name(baseName(first.nodeId)),
      ' takes ',
      { strong: [`${difference(first.ratio)} ${first.ratio > 1 ? 'longer' : 'shorter'}`] },
      ` since ${day(new Date(first.day))} (${duration(first.beforeSeconds)} → ${duration(first.afterSeconds)}).`,
    ])
    const others = changes.length - 1
    if (others > 0) parts.push([` ${counted(others, 'other task')} changed too.`])
  }
  const told = whole ?? first!
  parts.push([` ${counted(told.daysBefore, 'day')} before against ${told.daysAfter} since; ${chance(told.pValue)}.`])
  return parts.flat()
}

function chance(p: number): string {
  const one = [1000, 100, 20].find((limit) => p <= 1 / limit)
  return one === undefined ? 'it may be chance' : `the chance of seeing this without a change is below 1 in ${one}`
}

function whatFails(document: DashboardDocument): Prose | null {
  const { failures, stats, flaky } = document
  const forGood = failures.filter(({ runsFailed }) => runsFailed > 0).toSorted((a, b) => b.runsFailed - a.runsFailed)
  const recovered = flaky
    .filter(({ kind }) => kind === 'recovers')
    .reduce((sum, { recoveredRuns }) => sum + recoveredRuns, 0)
  const also = recovered > 0 ? ` A task failed and recovered on a retry ${counted(recovered, 'time')}.` : ''
  const [first] = forGood
  if (first === undefined) return [`Nothing failed for good.${also}`]
  const more =
    forGood.length > 1
      ? ` ${counted(forGood.length - 1, 'other kind')} of failure ended ${counted(
          forGood.slice(1).reduce((sum, { runsFailed }) => sum + runsFailed, 0),
          'run',
        )}.`
      : ''
  return [
    name(first.lastNodeId),
    ` ended ${first.runsFailed} of ${stats.sampling === undefined ? counted(stats.totalRuns, 'run') : counted(stats.sampling.storedRuns, 'stored run')}: ${visible(first.errorType)}, ${shortText(first.errorMessage.split('\n', 1)[0]!, 120)}.${more}${also}`,
  ]
}
