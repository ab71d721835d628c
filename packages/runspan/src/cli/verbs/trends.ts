import type { TrendMetric } from '@runspan/analytics'
import { InvalidArgumentError, Option } from 'commander'

import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, parseSeconds, type Verb, verb, withCsv, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

interface Flags extends DataFlags {
  readonly metric: TrendMetric
  readonly interval?: number
  readonly json?: true
  readonly csv?: true
}

/** `runspan trends <runId>`: use of a resource over the time of a run. */
export const trendsVerb: Verb = () =>
  withCsv(
    withData(
      verb('trends <runId>', 'use of a resource over the time of a run', [
        'runspan trends 01a20b4a-52f1 --metric memory --interval 1s',
      ]),
    ),
  )
    .argument('<runId>', 'id of the run, its first characters, or the engine’s own key')
    .addOption(
      new Option('--metric <metric>', 'which resource').choices(['cpu', 'memory', 'disk', 'network']).default('memory'),
    )
    .addOption(
      new Option('--interval <time>', 'length of a step (default: 1s, less for short runs)').argParser(parseStep),
    )
    .action(async (runId: string, flags: Flags) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { resourceTrends } = await import('@runspan/analytics')
        const trend = await resourceTrends(clickhouse, {
          runId,
          metric: flags.metric,
          ...(flags.interval === undefined ? {} : { intervalSeconds: flags.interval }),
        })
        if (flags.json) return printJson(trend)
        if (flags.csv) {
          return printCsv(
            trend.timestamps.map((time, i) => ({ time, [`${trend.metric} (${trend.unit})`]: trend.values[i] })),
            flags,
          )
        }
        const { trendsView } = await import('../../terminal/trends-view.ts')
        show((screen) => trendsView({ runId, trend }, screen))
      })
    })

function parseStep(text: string): number {
  const seconds = parseSeconds(text)
  if (seconds <= 0) throw new InvalidArgumentError('Give an interval longer than nothing.')
  return seconds
}
