import { printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type RangeFlags, rangeFrom, type Verb, verb, withData, withRange } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

/** `runspan nodes <workflow>`: performance of each task. */
export const nodesVerb: Verb = () =>
  withRange(
    withData(
      verb('nodes <workflow>', 'performance of each task of a workflow', ['runspan nodes nightly-orders --since 7d']),
    ),
  )
    .argument('<workflow>', 'name of the workflow')
    .action(async (workflow: string, flags: DataFlags & RangeFlags & { json?: true }) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { nodePerformance } = await import('@runspan/analytics')
        const rows = await nodePerformance(clickhouse, { workflow, ...rangeFrom(flags) })
        if (flags.json) return printJson(rows)
        const { nodesView } = await import('../../terminal/nodes-view.ts')
        show((screen) => nodesView({ workflow, nodes: rows, ...rangeFrom(flags) }, screen))
      })
    })
