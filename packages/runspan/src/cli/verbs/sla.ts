import { InvalidArgumentError, Option } from 'commander'

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

type Expected = { readonly at: string } | { readonly everySeconds: number }

type Flags = DataFlags &
  RangeFlags & {
    readonly within: number
    readonly reference?: string
    readonly expected?: Expected
    readonly timeZone?: string
    readonly json?: true
    readonly csv?: true
  }

/** `runspan sla <workflow> --within 10m`: how often runs completed in time. */
export const slaVerb: Verb = () =>
  withTimeZone(
    withRange(
      withCsv(
        withData(
          verb('sla <workflow>', 'how often the runs of a workflow completed in time', [
            'runspan sla nightly-orders --within 10m --since 30d',
            'runspan sla nightly-orders --within 1h --expected 02:00 --time-zone Europe/Berlin',
          ]),
        ),
      ),
    ),
  )
    .argument('<workflow>', 'name of the workflow')
    .addOption(new Option('--within <time>', 'the limit, such as 10m').argParser(parseSeconds).makeOptionMandatory())
    .option(
      '--reference <key>',
      'the limit counts from the time in the run’s metadata under this key (default: its start)',
    )
    .addOption(
      new Option(
        '--expected <when>',
        'a run has to begin at this time of each day (02:00), or once every 1h',
      ).argParser(parseExpected),
    )
    .action(async (workflow: string, flags: Flags) => {
      await withOpenData({ ...flags, workflow }, async ({ clickhouse }) => {
        const { slaAttainment } = await import('@runspan/analytics')
        const { within, reference, expected, timeZone } = flags
        const answer = await slaAttainment(clickhouse, {
          workflow,
          limitSeconds: within,
          timeZone,
          ...(reference === undefined ? {} : { reference: { metadata: reference } }),
          ...(expected === undefined ? {} : { expected: 'at' in expected ? { ...expected, timeZone } : expected }),
          ...rangeFrom(flags),
        })
        if (flags.json) return printJson(answer)
        if (flags.csv) return printCsv(answer.days, flags)
        const { slaView } = await import('../../terminal/sla-view.ts')
        show((screen) => slaView(answer, screen))
      })
    })

function parseExpected(text: string): Expected {
  if (/^\d{1,2}:\d{2}$/.test(text)) return { at: text.padStart(5, '0') }
  const everySeconds = parseSeconds(text)
  if (everySeconds < 1) throw new InvalidArgumentError('Give a time such as 02:00, or a length of time such as 1h.')
  return { everySeconds }
}
