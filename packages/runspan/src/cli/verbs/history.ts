import { Option } from 'commander'

import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import {
  type DataFlags,
  parseCount,
  type RangeFlags,
  rangeFrom,
  type Verb,
  verb,
  withCsv,
  withData,
  withRange,
} from '../verb.ts'
import { withOpenData } from '../with-data.ts'

type Flags = DataFlags & RangeFlags & { readonly limit: number; readonly json?: true; readonly csv?: true }

/** `runspan history <workflow> <task>`: the attempts of one task over all runs. */
export const historyVerb: Verb = () =>
  withRange(
    withCsv(
      withData(
        verb('history <workflow> <task>', 'the attempts of one task over all runs, newest first', [
          'runspan history nightly-orders load-warehouse --since 7d',
        ]),
      ),
    ),
  )
    .argument('<workflow>', 'name of the workflow')
    .argument('<task>', 'name of the task')
    .addOption(new Option('--limit <n>', 'how many at most').default(20).argParser(parseCount(1000)))
    .action(async (workflow: string, nodeId: string, flags: Flags) => {
      await withOpenData({ ...flags, workflow, nodeId }, async ({ clickhouse }) => {
        const { taskHistory } = await import('@runspan/analytics')
        const { tasks } = await taskHistory(clickhouse, { workflow, nodeId, limit: flags.limit, ...rangeFrom(flags) })
        if (flags.json) return printJson(tasks)
        if (flags.csv) return printCsv(tasks, flags)
        const { historyView } = await import('../../terminal/history-view.ts')
        show((screen) => historyView({ workflow, nodeId, rows: tasks }, screen))
      })
    })
