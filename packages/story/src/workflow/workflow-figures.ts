import type { DashboardDocument } from '@runspan/analytics'

import type { Figure } from '../run/run-figures.ts'
import { duration } from '../words/durations.ts'
import { counted } from '../words/listing.ts'
import { count, percent } from '../words/numbers.ts'
import { samplingWords } from './sampling-words.ts'
import { typical } from './typical.ts'
import { isCutShort, latestRuns } from './workflow-verdict.ts'

/** Returns the six figures of a workflow over a period. */
export function workflowFigures(document: DashboardDocument): Figure[] {
  const { stats, runs, shares, flaky, groups, from, to } = document
  const days = Math.max(1, Math.round((to.getTime() - from.getTime()) / 86_400_000))
  const perDay = stats.totalRuns / days
  const usual = typical(runs)
  const completed = isCutShort(document) ? `the completed of ${latestRuns(document)}` : 'the completed'
  const waiting = shares.reduce((sum, { waitSeconds }) => sum + waitSeconds, 0)
  const path = shares.reduce((sum, { waitSeconds, selfSeconds }) => sum + waitSeconds + selfSeconds, 0)
  const lost = flaky.reduce((sum, { wastedSeconds, backoffSeconds }) => sum + wastedSeconds + backoffSeconds, 0)
  const retried = groups.reduce((sum, group) => sum + group.retried, 0)
  const others = [
    [stats.failedRuns, 'failed'],
    [stats.cancelledRuns, 'cancelled'],
    [stats.lostRuns, 'lost'],
    [stats.runningRuns, 'running'],
  ] as const
  const noted = others.filter(([number]) => number > 0).map(([number, word]) => `${count(number)} ${word}`)
  return [
    {
      label: 'Runs',
      value: count(stats.totalRuns),
      note:
        samplingWords(stats.sampling) ?? (perDay >= 1.5 ? `${Math.round(perDay)} a day` : `in ${counted(days, 'day')}`),
    },
    { label: 'Completed', value: percent(stats.successRate), note: noted.join(', ') || 'none failed' },
    { label: 'Typical run', value: duration(usual.median), note: `median of ${completed}` },
    {
      label: usual.runs < 20 ? 'None over' : '19 of 20 under',
      value: duration(usual.runs < 20 ? usual.longest : usual.p95),
      note: usual.runs < 20 ? 'the longest completed' : `p95 of ${completed}`,
    },
    { label: 'Waiting', value: path > 0 ? percent(waiting / path) : '–', note: 'of the critical path' },
    {
      label: 'Tasks retried',
      value: count(retried),
      note: lost > 0 ? `${duration(lost)} lost` : 'more than one attempt',
    },
  ]
}
