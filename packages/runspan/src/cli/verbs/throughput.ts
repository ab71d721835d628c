import type { Verb } from '../define-verb.ts'
import { parsed, RANGE, rangeFrom, text, TIME_ZONE } from '../options.ts'
import { parseSeconds } from '../parse.ts'
import { questionVerb } from '../question-verb.ts'

const DAY_MS = 86_400_000

/** `runspan throughput`: what began and ended, and how much there was at once. */
export const throughputVerb: Verb = questionVerb({
  name: 'throughput',
  summary: 'what began and ended over time, and how much there was at once, running and waiting',
  examples: [
    'runspan throughput --since 24h --interval 1h',
    'runspan throughput --workflow nightly-orders --since 30d --interval day',
  ],
  options: {
    ...RANGE,
    ...TIME_ZONE,
    workflow: text('<name>', 'only of this workflow'),
    interval: parsed(
      '<time>',
      (given) => (given === 'day' ? given : parseSeconds(given)),
      'a row for each, such as 1h, or day (default: about a hundred rows)',
    ),
  },
  ask: async ({ clickhouse }, { workflow, interval, timeZone, ...given }) => {
    const { throughput } = await import('@runspan/analytics')
    const { from, to = new Date() } = rangeFrom(given)
    const range = { from: from ?? new Date(to.getTime() - DAY_MS), to }
    return throughput(clickhouse, { workflow, interval, timeZone, ...range })
  },
  rows: ({ buckets }) => buckets,
  view: async (answer) => {
    const { throughputView } = await import('../../terminal/throughput-view.ts')
    return (screen) => throughputView(answer, screen)
  },
})
