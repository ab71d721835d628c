import type { Verb } from '../define-verb.ts'
import { RUN_ID } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan tasks <runId>`: all attempts of a run's tasks. */
export const tasksVerb: Verb = questionVerb({
  name: 'tasks',
  summary: 'lists the tasks of a run, attempt by attempt',
  examples: ['runspan tasks 01a20b4a-52f1 --json'],
  arguments: RUN_ID,
  ask: async ({ clickhouse }, { runId }) => {
    const { tasks } = await import('@runspan/analytics')
    return tasks(clickhouse, runId)
  },
  rows: (tasks) => tasks,
  view: async (tasks) => {
    const { tasksView } = await import('../../terminal/tasks-view.ts')
    return (screen) => tasksView(tasks, screen)
  },
})
