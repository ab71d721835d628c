import type { Verb } from '../define-verb.ts'
import { argument, limit, RANGE, rangeFrom, WORKFLOW } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan history <workflow> <task>`: the attempts of one task over all runs. */
export const historyVerb: Verb = questionVerb({
  name: 'history',
  summary: 'the attempts of one task over all runs, newest first',
  examples: ['runspan history nightly-orders load-warehouse --since 7d'],
  arguments: { ...WORKFLOW, task: argument('name of the task') },
  options: { ...RANGE, limit: limit(20) },
  ask: async ({ clickhouse }, { workflow, task, limit: most, ...range }) => {
    const { taskHistory } = await import('@runspan/analytics')
    const { tasks } = await taskHistory(clickhouse, { workflow, nodeId: task, limit: most, ...rangeFrom(range) })
    return tasks
  },
  rows: (tasks) => tasks,
  view: async (rows, { workflow, task }) => {
    const { historyView } = await import('../../terminal/history-view.ts')
    return (screen) => historyView({ workflow, nodeId: task, rows }, screen)
  },
})
