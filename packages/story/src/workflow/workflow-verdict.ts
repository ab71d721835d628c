import { baseName, type ChangePoint, type DashboardDocument, type FlakyTask, timesUsual } from '@runspan/analytics'
import { visible } from '@runspan/model'

import { runClause } from '../run/run-clause.ts'
import { comparedWithUsual } from '../run/run-verdict.ts'
import { chanceWords } from '../words/chance.ts'
import { counted } from '../words/listing.ts'
import { shortText } from '../words/names.ts'
import { difference } from '../words/numbers.ts'
import { type Fact, far, name, type Prose, say, share, time } from '../words/prose.ts'
import { GLYPHS } from '../words/status.ts'
import { day, minute } from '../words/times.ts'
import { lastChange } from './regimes.ts'
import { typical } from './typical.ts'

/** The main finding on a workflow. */
export interface WorkflowVerdict {
  readonly kind: 'failed' | 'lost' | 'slower' | 'flaky' | 'completed' | 'pending'
  readonly glyph: string
  readonly title: Prose
}

/** Data of a verdict on a workflow. */
export type ToldWorkflow = Pick<DashboardDocument, 'stats' | 'runs' | 'usual' | 'changes' | 'failures' | 'flaky'> & {
  /** Linked documents on runs, by run id. */
  readonly reports?: Readonly<Record<string, string>> | undefined
}

/** Text for a period without runs. */
export const NO_RUNS = 'No runs in this period'

/** Share of runs from which a task that recovers is in the headline. */
const FLAKY_RATE = 0.05

/** Returns the most important true sentence: failing, lost, slower, flaky, or fine. */
export function workflowVerdict(document: ToldWorkflow): WorkflowVerdict {
  const { runs, changes, flaky } = document
  const ended = runs.filter(({ status }) => status !== 'running' && status !== 'pending')
  const last = ended.at(-1)
  if (last === undefined) {
    return { kind: 'pending', glyph: GLYPHS.pending, title: [runs.length === 0 ? NO_RUNS : 'No run has ended yet'] }
  }
  const streak = ended.length - 1 - ended.findLastIndex(({ status }) => status !== 'failed')
  if (streak >= 2) {
    return {
      kind: 'failed',
      glyph: GLYPHS.failed,
      title: say`Failing since ${day(new Date(ended.at(-streak)!.startTime))}: the last ${counted(streak, 'run')}`,
    }
  }
  if (last.status === 'lost')
    return { kind: 'lost', glyph: GLYPHS.lost, title: ['Lost: the last run gave no more sign of life'] }
  const change = lastChange(changes)
  if (change !== null && change.ratio > 1) {
    return {
      kind: 'slower',
      glyph: '!',
      title: say`Slower since ${day(new Date(change.day))}: ${time(change.afterSeconds)}, was ${time(change.beforeSeconds)}`,
    }
  }
  const worst = worstFlaky(flaky)
  if (worst !== undefined && worst.rate >= FLAKY_RATE) {
    return {
      kind: 'flaky',
      glyph: '!',
      title: say`Flaky: ${shortText(worst.nodeId, 60)}, in ${share(worst.rate)} of the runs`,
    }
  }
  if (change !== null) {
    return {
      kind: 'completed',
      glyph: GLYPHS.completed,
      title: say`Faster since ${day(new Date(change.day))}: ${time(change.afterSeconds)}, was ${time(change.beforeSeconds)}`,
    }
  }
  return {
    kind: 'completed',
    glyph: GLYPHS.completed,
    title: say`Fine: ${runs.filter(({ status }) => status === 'completed').length} of ${latestRuns(document)} completed, typically in ${time(typical(runs).median)}`,
  }
}

/**
 * Returns `60 runs`, or `the latest 5,000 runs` if the list ends before the period does. Statistics count all runs, so
 * sentences must not mix their numbers with those of the list.
 */
export function latestRuns(list: RunList): string {
  const words = counted(list.runs.length, list.stats.sampling === undefined ? 'run' : 'stored run')
  return isCutShort(list) ? `the latest ${words}` : words
}

type RunList = Pick<DashboardDocument, 'runs' | 'stats'>

/** Returns whether the list of runs lacks a part of the period. */
export function isCutShort({ runs, stats }: RunList): boolean {
  return runs.length < (stats.sampling?.storedRuns ?? stats.totalRuns)
}

function worstFlaky(flaky: readonly FlakyTask[]): FlakyTask | undefined {
  return flaky.toSorted((a, b) => b.rateAtLeast - a.rateAtLeast)[0]
}

/** Returns the dashboard's sentences: the last run, changes, failures. */
export function workflowFacts(document: ToldWorkflow): Fact[] {
  const rows: [string, Prose | null][] = [
    ['The last run', lastRun(document)],
    ['What changed', whatChanged(document)],
    ['What fails', whatFails(document)],
  ]
  return rows.flatMap(([label, prose]) => (prose === null ? [] : [{ label, short: label.toLowerCase(), prose }]))
}

function lastRun({ runs, reports, usual }: ToldWorkflow): Prose | null {
  const run = runs.at(-1)
  if (run === undefined) return null
  const { firstFailed } = run.tasks
  const failure =
    firstFailed === null ? [] : say`: ${name(firstFailed.nodeId)}, ${visible(firstFailed.errorType) || 'Error'}`
  const times = timesUsual(run, usual[run.runId] ?? null)
  const compared = times === null ? [] : say` That is ${comparedWithUsual(times)}.`
  const link = reports?.[run.runId]
  const open: Prose = link === undefined ? [] : [' ', { link, text: 'Open the run' }]
  return say`${{ strong: runClause(run) }}, begun ${minute(new Date(run.startTime))}${failure}.${compared}${open}`
}

function whatChanged(document: ToldWorkflow): Prose | null {
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
    const longer = say`${far(first.ratio)} ${first.ratio > 1 ? 'longer' : 'shorter'}`
    parts.push(
      say`${name(baseName(first.nodeId))} takes ${{ strong: longer }} since ${day(new Date(first.day))} (${time(first.beforeSeconds)} → ${time(first.afterSeconds)}).`,
    )
    const others = changes.length - 1
    if (others > 0) parts.push([` ${counted(others, 'other task')} changed too.`])
  }
  const told = whole ?? first!
  parts.push([
    ` ${counted(told.daysBefore, 'day')} before against ${told.daysAfter} since; ${chanceWords(told.pValue)}.`,
  ])
  return parts.flat()
}

function whatFails(document: ToldWorkflow): Prose | null {
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
