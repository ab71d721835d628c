import { InvalidArgumentError } from 'commander'

import type { Verb } from '../define-verb.ts'
import { parsed, RANGE, rangeFrom, text, TIME_ZONE, WORKFLOW } from '../options.ts'
import { parseSeconds } from '../parse.ts'
import { questionVerb } from '../question-verb.ts'

type Expected = { readonly at: string } | { readonly everySeconds: number }

/** `runspan sla <workflow> --within 10m`: how often runs completed in time. */
export const slaVerb: Verb = questionVerb({
  name: 'sla',
  summary: 'how often the runs of a workflow completed in time',
  examples: [
    'runspan sla nightly-orders --within 10m --since 30d',
    'runspan sla nightly-orders --within 1h --expected 02:00 --time-zone Europe/Berlin',
  ],
  arguments: WORKFLOW,
  options: {
    ...RANGE,
    ...TIME_ZONE,
    within: parsed('<time>', parseSeconds, 'the limit, such as 10m', { isRequired: true }),
    reference: text(
      '<key>',
      'the limit counts from the time in the run’s metadata under this key (default: its start)',
    ),
    expected: parsed('<when>', parseExpected, 'a run has to begin at this time of each day (02:00), or once every 1h'),
  },
  ask: async ({ clickhouse }, { workflow, within, reference, expected, timeZone, ...range }) => {
    const { slaAttainment } = await import('@runspan/analytics')
    return slaAttainment(clickhouse, {
      workflow,
      limitSeconds: within,
      timeZone,
      ...(reference === undefined ? {} : { reference: { metadata: reference } }),
      ...(expected === undefined ? {} : { expected: 'at' in expected ? { ...expected, timeZone } : expected }),
      ...rangeFrom(range),
    })
  },
  rows: ({ days }) => days,
  view: async (answer) => {
    const { slaView } = await import('../../terminal/sla-view.ts')
    return (screen) => slaView(answer, screen)
  },
})

function parseExpected(given: string): Expected {
  if (/^\d{1,2}:\d{2}$/.test(given)) return { at: given.padStart(5, '0') }
  const everySeconds = parseSeconds(given)
  if (everySeconds < 1) throw new InvalidArgumentError('Give a time such as 02:00, or a length of time such as 1h.')
  return { everySeconds }
}
