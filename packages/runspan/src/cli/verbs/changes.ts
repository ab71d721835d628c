import { Option } from 'commander'

import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import {
  type DataFlags,
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
    readonly of?: 'runs' | 'tasks'
    readonly timeZone?: string
    readonly json?: true
    readonly csv?: true
  }

/** `runspan changes`: days from which tasks or runs took longer or shorter. */
export const changesVerb: Verb = () =>
  withTimeZone(
    withRange(
      withCsv(
        withData(
          verb('changes', 'days from which tasks or runs took longer or shorter than before', [
            'runspan changes --workflow nightly-orders --since 90d',
          ]),
        ),
      ),
    ),
  )
    .option('--workflow <name>', 'only runs and tasks of this workflow')
    .addOption(new Option('--of <what>', 'only of runs, or of tasks').choices(['runs', 'tasks']))
    .action(async (flags: Flags) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { changePoints } = await import('@runspan/analytics')
        const { workflow, of, timeZone } = flags
        const rows = await changePoints(clickhouse, { workflow, of, timeZone, ...rangeFrom(flags) })
        if (flags.json) return printJson(rows)
        if (flags.csv) return printCsv(rows, flags)
        const { changesView } = await import('../../terminal/changes-view.ts')
        show((screen) => changesView(rows, screen))
      })
    })
