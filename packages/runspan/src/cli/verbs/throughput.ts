import { Option } from 'commander'

import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import {
  type DataFlags,
  parseSeconds,
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
    readonly interval?: number | 'day'
    readonly timeZone?: string
    readonly json?: true
    readonly csv?: true
  }

const DAY_MS = 86_400_000

/** `runspan throughput`: what began and ended, and how much there was at once. */
export const throughputVerb: Verb = () =>
  withTimeZone(
    withRange(
      withCsv(
        withData(
          verb('throughput', 'what began and ended over time, and how much there was at once, running and waiting', [
            'runspan throughput --since 24h --interval 1h',
            'runspan throughput --workflow nightly-orders --since 30d --interval day',
          ]),
        ),
      ),
    ),
  )
    .option('--workflow <name>', 'only of this workflow')
    .addOption(
      new Option('--interval <time>', 'a row for each, such as 1h, or day (default: about a hundred rows)').argParser(
        (text) => (text === 'day' ? 'day' : parseSeconds(text)),
      ),
    )
    .action(async (flags: Flags) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { throughput } = await import('@runspan/analytics')
        const { workflow, interval, timeZone } = flags
        const { from, to = new Date() } = rangeFrom(flags)
        const range = { from: from ?? new Date(to.getTime() - DAY_MS), to }
        const answer = await throughput(clickhouse, { workflow, interval, timeZone, ...range })
        if (flags.json) return printJson(answer)
        if (flags.csv) return printCsv(answer.buckets, flags)
        const { throughputView } = await import('../../terminal/throughput-view.ts')
        show((screen) => throughputView(answer, screen))
      })
    })
