import type { Bottleneck, BottleneckCause } from '@runspan/analytics'

import type { Verb } from '../define-verb.ts'
import { RANGE, rangeFrom, WORKFLOW } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan bottlenecks <workflow>`: which tasks hold its runs up, why, and what to do. */
export const bottlenecksVerb: Verb = questionVerb({
  name: 'bottlenecks',
  summary: 'which tasks hold the runs of a workflow up, why, and what to do',
  examples: ['runspan bottlenecks nightly-orders --since 28d'],
  arguments: WORKFLOW,
  options: RANGE,
  ask: async ({ clickhouse }, { workflow, ...range }) => {
    const { bottlenecks } = await import('@runspan/analytics')
    return bottlenecks(clickhouse, { workflow, ...rangeFrom(range) })
  },
  rows: ({ bottlenecks }) => bottlenecks.flatMap(rowsOf),
  view: async (answer) => {
    const { bottlenecksView } = await import('../../terminal/bottlenecks-view.ts')
    return (screen) => bottlenecksView(answer, screen)
  },
})

/** Returns a row for each reason; a task without a reason also has a row. */
function rowsOf({ causes, ...task }: Bottleneck): object[] {
  const none = { reason: null, value: null, threshold: null, savedSeconds: null, recommendation: null }
  const reasons: readonly (BottleneckCause | typeof none)[] = causes.length === 0 ? [none] : causes
  return reasons.map((cause) => ({ ...task, ...cause }))
}
