import type { Verb } from '../define-verb.ts'
import { optionalArgument, RANGE, rangeFrom, text, TIME_ZONE } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan metrics [runId]`: key metrics by day, or of one run. */
export const metricsVerb: Verb = questionVerb({
  name: 'metrics',
  summary: 'key metrics of runs by day, or of one run',
  examples: [
    'runspan metrics --workflow nightly-orders --since 30d --time-zone Europe/Berlin',
    'runspan metrics 01a20b4a-52f1',
  ],
  arguments: { runId: optionalArgument('id of a run, its first characters, or the engine’s own key') },
  options: { ...RANGE, ...TIME_ZONE, workflow: text('<name>', 'only runs of this workflow') },
  ask: async ({ clickhouse }, { runId, workflow, timeZone, ...range }) => {
    const { dailyMetrics, keyMetrics } = await import('@runspan/analytics')
    if (runId !== undefined) return keyMetrics(clickhouse, runId)
    return dailyMetrics(clickhouse, { workflow, timeZone, ...rangeFrom(range) })
  },
  rows: (answer) => ('runId' in answer ? [answer] : answer),
  view: async (answer) => {
    const { dailyMetricsView, keyMetricsView } = await import('../../terminal/metrics-view.ts')
    return (screen) => ('runId' in answer ? keyMetricsView(answer, screen) : dailyMetricsView(answer, screen))
  },
})
