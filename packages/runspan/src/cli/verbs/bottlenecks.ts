import type { Bottleneck, BottleneckCause } from '@runspan/analytics'

import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type RangeFlags, rangeFrom, type Verb, verb, withCsv, withData, withRange } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

type Flags = DataFlags & RangeFlags & { readonly json?: true; readonly csv?: true }

/** `runspan bottlenecks <workflow>`: which tasks hold its runs up, why, and what to do. */
export const bottlenecksVerb: Verb = () =>
  withRange(
    withCsv(
      withData(
        verb('bottlenecks <workflow>', 'which tasks hold the runs of a workflow up, why, and what to do', [
          'runspan bottlenecks nightly-orders --since 28d',
        ]),
      ),
    ),
  )
    .argument('<workflow>', 'name of the workflow')
    .action(async (workflow: string, flags: Flags) => {
      await withOpenData({ ...flags, workflow }, async ({ clickhouse }) => {
        const { bottlenecks } = await import('@runspan/analytics')
        const answer = await bottlenecks(clickhouse, { workflow, ...rangeFrom(flags) })
        if (flags.json) return printJson(answer)
        if (flags.csv) return printCsv(answer.bottlenecks.flatMap(rowsOf), flags)
        const { bottlenecksView } = await import('../../terminal/bottlenecks-view.ts')
        show((screen) => bottlenecksView(answer, screen))
      })
    })

/** A row a reason; a task without one has a row, too. */
function rowsOf({ causes, ...task }: Bottleneck): object[] {
  const none = { reason: null, value: null, threshold: null, savedSeconds: null, recommendation: null }
  const reasons: readonly (BottleneckCause | typeof none)[] = causes.length === 0 ? [none] : causes
  return reasons.map((cause) => ({ ...task, ...cause }))
}
