import type { RunComparison } from '@runspan/analytics'

import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type Verb, verb, withCsv, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

/** `runspan compare <runId> <runId>…`: runs side by side, task by task. */
export const compareVerb: Verb = () =>
  withCsv(
    withData(
      verb('compare <runId> <runId...>', 'runs side by side, task by task: what explains the difference', [
        'runspan compare 01a20b4a-52f1 01a20f91-b039',
      ]),
    ),
  )
    .argument('<runId>', 'the run the others are compared with: its id, the first characters, or the engine’s own key')
    .argument('<runIds...>', 'one run or more')
    .action(async (first: string, others: string[], flags: DataFlags & { json?: true; csv?: true }) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { compareRuns } = await import('@runspan/analytics')
        const comparison = await compareRuns(clickhouse, [first, ...others])
        if (flags.json) return printJson(comparison)
        if (flags.csv) return printCsv(rowsOf(comparison), flags)
        const { compareView } = await import('../../terminal/compare-view.ts')
        show((screen) => compareView(comparison, screen))
      })
    })

/** A row a task and run. */
function rowsOf({ runs, tasks }: RunComparison): object[] {
  return tasks.flatMap((task) =>
    task.runs.flatMap((inRun, i) =>
      inRun === null ? [] : [{ nodeId: task.nodeId, runId: runs[i]!.run.runId, ...inRun }],
    ),
  )
}
