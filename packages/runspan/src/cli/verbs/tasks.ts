import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type Verb, verb, withCsv, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

/** `runspan tasks <runId>`: all attempts of a run's tasks. */
export const tasksVerb: Verb = () =>
  withCsv(
    withData(
      verb('tasks <runId>', 'lists the tasks of a run, attempt by attempt', ['runspan tasks 01a20b4a-52f1 --json']),
    ),
  )
    .argument('<runId>', 'id of the run, its first characters, or the engine’s own key')
    .action(async (runId: string, flags: DataFlags & { json?: true; csv?: true }) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { tasks } = await import('@runspan/analytics')
        const rows = await tasks(clickhouse, runId)
        if (flags.json) return printJson(rows)
        if (flags.csv) return printCsv(rows, flags)
        const { tasksView } = await import('../../terminal/tasks-view.ts')
        show((screen) => tasksView(rows, screen))
      })
    })
