import { InvalidArgumentError, Option } from 'commander'

import { RunspanError } from '../../errors.ts'
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
    readonly by?: 'workflow' | 'task' | 'day'
    readonly cpuPrice?: number
    readonly memoryPrice?: number
    readonly timeZone?: string
    readonly json?: true
    readonly csv?: true
  }

/** `runspan costs [runId]`: what work used and cost, and what of it was wasted. */
export const costsVerb: Verb = () =>
  withTimeZone(
    withRange(
      withCsv(
        withData(
          verb('costs [runId]', 'what work used and cost, and what of that was wasted; of one run by task', [
            'runspan costs --by task --since 30d --cpu-price 0.00002 --memory-price 0.000002',
            'runspan costs 01a20b4a-52f1',
          ]),
        ),
      ),
    ),
  )
    .argument('[runId]', 'only of this run')
    .option('--workflow <name>', 'only of this workflow')
    .addOption(new Option('--by <what>', 'a row for each').choices(['workflow', 'task', 'day']).default('workflow'))
    .addOption(new Option('--cpu-price <price>', 'of a second of CPU, in any currency').argParser(parsePrice))
    .addOption(new Option('--memory-price <price>', 'of a gigabyte for a second').argParser(parsePrice))
    .action(async (runId: string | undefined, flags: Flags) => {
      const { workflow, by, timeZone, cpuPrice, memoryPrice } = flags
      if ((cpuPrice === undefined) !== (memoryPrice === undefined)) {
        throw new RunspanError('WRONG_USE', 'Give both --cpu-price and --memory-price, or neither.')
      }
      const prices =
        cpuPrice === undefined || memoryPrice === undefined
          ? undefined
          : { perCpuSecond: cpuPrice, perGigabyteSecond: memoryPrice }
      await withOpenData(flags, async ({ clickhouse }) => {
        const { costs, runCost } = await import('@runspan/analytics')
        const { costsView, runCostView } = await import('../../terminal/costs-view.ts')
        if (runId !== undefined) {
          const cost = await runCost(clickhouse, { runId, prices })
          if (flags.json) return printJson(cost)
          if (flags.csv) return printCsv(cost.tasks, flags)
          return show((screen) => runCostView(cost, screen))
        }
        const rows = await costs(clickhouse, { workflow, by, timeZone, prices, ...rangeFrom(flags) })
        if (flags.json) return printJson(rows)
        if (flags.csv) return printCsv(rows, flags)
        show((screen) => costsView(rows, screen))
      })
    })

function parsePrice(text: string): number {
  const price = Number(text)
  if (text.trim() === '' || !(price >= 0 && Number.isFinite(price))) {
    throw new InvalidArgumentError('Give a price such as 0.00002.')
  }
  return price
}
