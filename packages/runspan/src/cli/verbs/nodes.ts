import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type RangeFlags, rangeFrom, type Verb, verb, withCsv, withData, withRange } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

/** `runspan nodes <workflow>`: performance of each task. */
export const nodesVerb: Verb = () =>
  withRange(
    withCsv(
      withData(
        verb('nodes <workflow>', 'performance of each task of a workflow', ['runspan nodes nightly-orders --since 7d']),
      ),
    ),
  )
    .argument('<workflow>', 'name of the workflow')
    .action(async (workflow: string, flags: DataFlags & RangeFlags & { json?: true; csv?: true }) => {
      await withOpenData({ ...flags, workflow }, async ({ clickhouse }) => {
        const { dailyDurations, nodePerformance } = await import('@runspan/analytics')
        const range = { workflow, ...rangeFrom(flags) }
        const rows = await nodePerformance(clickhouse, range)
        if (flags.json) return printJson(rows)
        if (flags.csv) return printCsv(rows)
        const daily = await dailyDurations(clickhouse, range)
        const { nodesView } = await import('../../terminal/nodes-view.ts')
        show((screen) => nodesView({ nodes: rows, daily, ...range }, screen))
      })
    })
