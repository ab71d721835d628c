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
  withTimeZone,
} from '../verb.ts'
import { withOpenData } from '../with-data.ts'

type Flags = DataFlags &
  RangeFlags & {
    readonly workflow?: string
    readonly limit: number
    readonly timeZone?: string
    readonly json?: true
    readonly csv?: true
  }

/** `runspan failures`: failed attempts by kind of failure. */
export const failuresVerb: Verb = () =>
  withTimeZone(
    withRange(
      withCsv(
        withData(
          verb('failures', 'failed attempts by kind of failure, with first and last seen', [
            'runspan failures --workflow nightly-orders --since 7d',
          ]),
        ),
      ),
    ),
  )
    .option('--workflow <name>', 'only of this workflow')
    .addOption(new Option('--limit <n>', 'how many kinds at most').default(20).argParser(parseCount(1000)))
    .action(async (flags: Flags) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { failureClusters } = await import('@runspan/analytics')
        const { workflow, limit, timeZone } = flags
        const rows = await failureClusters(clickhouse, { workflow, limit, timeZone, ...rangeFrom(flags) })
        if (flags.json) return printJson(rows)
        if (flags.csv) return printCsv(rows, flags)
        const { failuresView } = await import('../../terminal/failures-view.ts')
        show((screen) => failuresView(rows, screen))
      })
    })
