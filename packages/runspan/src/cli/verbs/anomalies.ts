import type { Verb } from '../define-verb.ts'
import { RANGE, rangeFrom, text } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

const DAYS_MS = 7 * 86_400_000

/** `runspan anomalies`: runs and attempts that took far longer than usual. */
export const anomaliesVerb: Verb = questionVerb({
  name: 'anomalies',
  summary: 'runs and attempts that took, or already take, far longer than usual',
  examples: ['runspan anomalies --workflow nightly-orders --since 24h'],
  options: { ...RANGE, workflow: text('<name>', 'only runs and tasks of this workflow') },
  ask: async ({ clickhouse }, { workflow, ...range }) => {
    const { anomalies } = await import('@runspan/analytics')
    const { from, to = new Date() } = rangeFrom(range)
    return anomalies(clickhouse, {
      ...(workflow === undefined ? {} : { workflow }),
      from: from ?? new Date(to.getTime() - DAYS_MS),
      to,
    })
  },
  rows: ({ runs, tasks }) => [
    ...runs.map((row) => ({ nodeId: null, taskId: null, attempt: null, ...row })),
    ...tasks.map(({ usualAttempts, ...row }) => ({ ...row, usualRuns: usualAttempts })),
  ],
  view: async (answer) => {
    const { anomaliesView } = await import('../../terminal/anomalies-view.ts')
    return (screen) => anomaliesView(answer, screen)
  },
})
