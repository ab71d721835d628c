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

interface Flags extends DataFlags, RangeFlags {
  readonly workflow?: string
  readonly limit: number
  readonly json?: true
  readonly csv?: true
}

/** `runspan flaky`: tasks that fail and complete without anything having changed. */
export const flakyVerb: Verb = () =>
  withRange(
    withCsv(
      withData(
        verb('flaky', 'tasks that fail and complete without anything having changed, and what that costs', [
          'runspan flaky --workflow nightly-orders --since 28d',
        ]),
      ),
    ),
  )
    .option('--workflow <name>', 'only tasks of this workflow')
    .addOption(new Option('--limit <n>', 'how many at most').default(20).argParser(parseCount(1000)))
    .action(async (flags: Flags) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { flakyTasks } = await import('@runspan/analytics')
        const range = { workflow: flags.workflow, ...rangeFrom(flags) }
        const rows = await flakyTasks(clickhouse, { ...range, limit: flags.limit })
        if (flags.json) return printJson(rows)
        if (flags.csv) return printCsv(rows, flags)
        const { flakyView } = await import('../../terminal/flaky-view.ts')
        show((screen) => flakyView({ tasks: rows, ...range }, screen))
      })
    })
