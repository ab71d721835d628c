import type { Verb } from '../define-verb.ts'
import { RANGE, rangeFrom, text } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan stats`: run statistics. */
export const statsVerb: Verb = questionVerb({
  name: 'stats',
  summary: 'run statistics: how many, how well, how long',
  examples: ['runspan stats --workflow nightly-orders --since 30d'],
  options: { ...RANGE, workflow: text('<name>', 'only runs of this workflow') },
  ask: async ({ clickhouse }, { workflow, ...range }) => {
    const { runStats } = await import('@runspan/analytics')
    return runStats(clickhouse, { workflow, ...rangeFrom(range) })
  },
  rows: (stats) => [stats],
  view: async (stats, { workflow, ...given }, { clickhouse }) => {
    const { dailyMetrics, runs } = await import('@runspan/analytics')
    const { readWorkflow } = await import('@runspan/workspace')
    const range = { workflow, ...rangeFrom(given) }
    const [recent, daily, told] = await Promise.all([
      runs(clickhouse, { ...range, limit: 60 }),
      dailyMetrics(clickhouse, range),
      workflow === undefined ? undefined : readWorkflow(clickhouse, { ...range, workflow }),
    ])
    const { statsView } = await import('../../terminal/stats-view.ts')
    return (screen) => statsView({ stats, recent: recent.runs, daily, told, ...range }, screen)
  },
})
