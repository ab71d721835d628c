import type { RunComparison } from '@runspan/analytics'

import type { Verb } from '../define-verb.ts'
import { argument, severalArguments } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan compare <runId> <runIds...>`: runs side by side, task by task. */
export const compareVerb: Verb = questionVerb({
  name: 'compare',
  summary: 'runs side by side, task by task: what explains the difference',
  examples: ['runspan compare 01a20b4a-52f1 01a20f91-b039'],
  arguments: {
    runId: argument('the run the others are compared with: its id, the first characters, or the engine’s own key'),
    runIds: severalArguments('one run or more'),
  },
  ask: async ({ clickhouse }, { runId, runIds }) => {
    const { compareRuns } = await import('@runspan/analytics')
    return compareRuns(clickhouse, [runId, ...runIds])
  },
  rows: rowsOf,
  view: async (comparison) => {
    const { compareView } = await import('../../terminal/compare-view.ts')
    return (screen) => compareView(comparison, screen)
  },
})

/** Returns a row for each task and run. */
function rowsOf({ runs, tasks }: RunComparison): object[] {
  return tasks.flatMap((task) =>
    task.runs.flatMap((inRun, i) =>
      inRun === null ? [] : [{ nodeId: task.nodeId, runId: runs[i]!.run.runId, ...inRun }],
    ),
  )
}
