import { InvalidArgumentError } from 'commander'

import type { Verb } from '../define-verb.ts'
import { choiceOr, parsed, RUN_ID } from '../options.ts'
import { parseSeconds } from '../parse.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan trends <runId>`: use of a resource over the time of a run. */
export const trendsVerb: Verb = questionVerb({
  name: 'trends',
  summary: 'use of a resource over the time of a run',
  examples: ['runspan trends 01a20b4a-52f1 --metric memory --interval 1s'],
  arguments: RUN_ID,
  options: {
    metric: choiceOr('<metric>', ['cpu', 'memory', 'disk', 'network'], 'memory', 'which resource'),
    interval: parsed('<time>', parseStep, 'length of a step (default: 1s, less for short runs)'),
  },
  ask: async ({ clickhouse }, { runId, metric, interval }) => {
    const { resourceTrends } = await import('@runspan/analytics')
    return resourceTrends(clickhouse, {
      runId,
      metric,
      ...(interval === undefined ? {} : { intervalSeconds: interval }),
    })
  },
  rows: ({ timestamps, metric, unit, values }) =>
    timestamps.map((time, i) => ({ time, [`${metric} (${unit})`]: values[i] })),
  view: async (trend, { runId }) => {
    const { trendsView } = await import('../../terminal/trends-view.ts')
    return (screen) => trendsView({ runId, trend }, screen)
  },
})

function parseStep(text: string): number {
  const seconds = parseSeconds(text)
  if (seconds <= 0) throw new InvalidArgumentError('Give an interval longer than nothing.')
  return seconds
}
