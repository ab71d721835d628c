import type { CostsQuestion } from '@runspan/analytics'
import { InvalidArgumentError } from 'commander'

import { RunspanError } from '../../errors.ts'
import type { ValuesOf, Verb } from '../define-verb.ts'
import { choiceOr, optionalArgument, parsed, RANGE, rangeFrom, text, TIME_ZONE } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

const PRICES = {
  cpuPrice: parsed('<price>', parsePrice, 'of a second of CPU, in any currency'),
  memoryPrice: parsed('<price>', parsePrice, 'of a gigabyte for a second'),
}

/** `runspan costs [runId]`: what work used and cost, and what of it was wasted. */
export const costsVerb: Verb = questionVerb({
  name: 'costs',
  summary: 'what work used and cost, and what of that was wasted; of one run by task',
  examples: [
    'runspan costs --by task --since 30d --cpu-price 0.00002 --memory-price 0.000002',
    'runspan costs 01a20b4a-52f1',
  ],
  arguments: { runId: optionalArgument('only of this run') },
  options: {
    ...RANGE,
    ...TIME_ZONE,
    workflow: text('<name>', 'only of this workflow'),
    by: choiceOr('<what>', ['workflow', 'task', 'day'], 'workflow', 'a row for each'),
    ...PRICES,
  },
  check: ({ cpuPrice, memoryPrice }) => {
    if ((cpuPrice === undefined) !== (memoryPrice === undefined)) {
      throw new RunspanError('WRONG_USE', 'Give both --cpu-price and --memory-price, or neither.')
    }
  },
  ask: async ({ clickhouse }, { runId, workflow, by, timeZone, ...more }) => {
    const { costs, runCost } = await import('@runspan/analytics')
    const prices = pricesOf(more)
    if (runId !== undefined) return runCost(clickhouse, { runId, prices })
    return costs(clickhouse, { workflow, by, timeZone, prices, ...rangeFrom(more) })
  },
  rows: (answer) => ('tasks' in answer ? answer.tasks : answer),
  view: async (answer) => {
    const { costsView, runCostView } = await import('../../terminal/costs-view.ts')
    return (screen) => ('tasks' in answer ? runCostView(answer, screen) : costsView(answer, screen))
  },
})

function pricesOf({ cpuPrice, memoryPrice }: ValuesOf<typeof PRICES>): CostsQuestion['prices'] {
  if (cpuPrice === undefined || memoryPrice === undefined) return undefined
  return { perCpuSecond: cpuPrice, perGigabyteSecond: memoryPrice }
}

function parsePrice(given: string): number {
  const price = Number(given)
  if (given.trim() === '' || !(price >= 0 && Number.isFinite(price))) {
    throw new InvalidArgumentError('Give a price such as 0.00002.')
  }
  return price
}
