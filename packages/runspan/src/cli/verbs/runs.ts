import { STATUSES } from '@runspan/model'

import type { Verb } from '../define-verb.ts'
import { choice, limit, RANGE, rangeFrom, text, texts } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan runs`: newest first. */
export const runsVerb: Verb = questionVerb({
  name: 'runs',
  summary: 'lists runs, newest first',
  examples: ['runspan runs --workflow nightly-orders --status failed --since 7d'],
  options: {
    ...RANGE,
    workflow: text('<name>', 'only runs of this workflow'),
    status: choice(
      '<status>',
      STATUSES.filter((status) => status !== 'skipped'),
      'only runs of this status',
    ),
    tag: texts('<tag...>', 'only runs that carry these tags'),
    limit: limit(20),
  },
  ask: async ({ clickhouse }, { workflow, status, tag: tags, limit: most, ...range }) => {
    const { runs } = await import('@runspan/analytics')
    const page = await runs(clickhouse, { workflow, status, tags, limit: most, ...rangeFrom(range) })
    return page.runs
  },
  json: (runs, data) => {
    const behindSeconds = data.behindSeconds()
    return runs.map((run) => ({ ...run, behindSeconds }))
  },
  rows: (runs) => runs,
  view: async (runs, { workflow, status, tag: tags, ...range }, { clickhouse }) => {
    const { runStats, usualDurations } = await import('@runspan/analytics')
    const { runsView } = await import('../../terminal/runs-view.ts')
    const filter = { workflow, status, tags, ...rangeFrom(range) }
    const [usual, stats] = await Promise.all([usualDurations(clickhouse, runs), runStats(clickhouse, filter)])
    const total = stats.sampling?.storedRuns ?? stats.totalRuns
    const filtered = status !== undefined || tags !== undefined
    return (screen) => runsView({ runs, usual, total, filtered, ...filter }, screen)
  },
})
