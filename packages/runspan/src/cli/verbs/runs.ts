import { STATUSES, type RunStatus } from '@runspan/model'
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
  readonly status?: RunStatus
  readonly tag?: string[]
  readonly limit: number
  readonly json?: true
  readonly csv?: true
}

/** `runspan runs`: newest first. */
export const runsVerb: Verb = () =>
  withRange(
    withCsv(
      withData(
        verb('runs', 'lists runs, newest first', ['runspan runs --workflow nightly-orders --status failed --since 7d']),
      ),
    ),
  )
    .option('--workflow <name>', 'only runs of this workflow')
    .addOption(
      new Option('--status <status>', 'only runs of this status').choices(
        STATUSES.filter((status) => status !== 'skipped'),
      ),
    )
    .option('--tag <tag...>', 'only runs that carry these tags')
    .addOption(new Option('--limit <n>', 'how many at most').default(20).argParser(parseCount(1000)))
    .action(async (flags: Flags) => {
      await withOpenData(flags, async (data) => {
        const { clickhouse } = data
        const { runs, runStats, usualDurations } = await import('@runspan/analytics')
        const filter = { workflow: flags.workflow, status: flags.status, tags: flags.tag, ...rangeFrom(flags) }
        const page = await runs(clickhouse, { ...filter, limit: flags.limit })
        if (flags.json) {
          const behindSeconds = data.behindSeconds()
          return printJson(page.runs.map((run) => ({ ...run, behindSeconds })))
        }
        if (flags.csv) return printCsv(page.runs, flags)
        const [usual, stats] = await Promise.all([usualDurations(clickhouse, page.runs), runStats(clickhouse, filter)])
        const { runsView } = await import('../../terminal/runs-view.ts')
        show((screen) =>
          runsView(
            {
              runs: page.runs,
              usual,
              total: stats.sampling?.storedRuns ?? stats.totalRuns,
              filtered: flags.status !== undefined || flags.tag !== undefined,
              ...filter,
            },
            screen,
          ),
        )
      })
    })
