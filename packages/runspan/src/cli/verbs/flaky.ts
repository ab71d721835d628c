import type { Verb } from '../define-verb.ts'
import { limit, RANGE, rangeFrom, text } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan flaky`: tasks that fail and complete without anything having changed. */
export const flakyVerb: Verb = questionVerb({
  name: 'flaky',
  summary: 'tasks that fail and complete without anything having changed, and what that costs',
  examples: ['runspan flaky --workflow nightly-orders --since 28d'],
  options: { ...RANGE, workflow: text('<name>', 'only tasks of this workflow'), limit: limit(20) },
  ask: async ({ clickhouse }, { workflow, limit: most, ...range }) => {
    const { flakyTasks } = await import('@runspan/analytics')
    return flakyTasks(clickhouse, { workflow, limit: most, ...rangeFrom(range) })
  },
  rows: (tasks) => tasks,
  view: async (tasks, { workflow, ...range }) => {
    const { flakyView } = await import('../../terminal/flaky-view.ts')
    return (screen) => flakyView({ tasks, workflow, ...rangeFrom(range) }, screen)
  },
})
