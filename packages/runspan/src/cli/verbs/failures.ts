import type { Verb } from '../define-verb.ts'
import { limit, RANGE, rangeFrom, text, TIME_ZONE } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan failures`: failed attempts by kind of failure. */
export const failuresVerb: Verb = questionVerb({
  name: 'failures',
  summary: 'failed attempts by kind of failure, with first and last seen',
  examples: ['runspan failures --workflow nightly-orders --since 7d'],
  options: {
    ...RANGE,
    ...TIME_ZONE,
    workflow: text('<name>', 'only of this workflow'),
    limit: limit(20, 1000, 'how many kinds at most'),
  },
  ask: async ({ clickhouse }, { workflow, limit: most, timeZone, ...range }) => {
    const { failureClusters } = await import('@runspan/analytics')
    return failureClusters(clickhouse, { workflow, limit: most, timeZone, ...rangeFrom(range) })
  },
  rows: (failures) => failures,
  view: async (failures) => {
    const { failuresView } = await import('../../terminal/failures-view.ts')
    return (screen) => failuresView(failures, screen)
  },
})
