import type { ComparedSide, Regressions } from '@runspan/analytics'
import { InvalidArgumentError, Option } from 'commander'

import { RunspanError } from '../../errors.ts'
import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, isLength, parseTime, type Verb, verb, withCsv, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

interface Flags extends DataFlags {
  readonly workflow?: string
  readonly baseline?: ComparedSide
  readonly candidate?: ComparedSide
  readonly exitCode?: true
  readonly json?: true
  readonly csv?: true
}

const SIDE = 'a version, or a range of time from..to'

/** `runspan regressions`: what became slower or faster, or fails more or less often. */
export const regressionsVerb: Verb = () =>
  withCsv(
    withData(
      verb('regressions', 'which tasks became slower, or fail more often, and how sure that is', [
        'runspan regressions --workflow nightly-orders',
        'runspan regressions --workflow nightly-orders --baseline 4.1.0 --candidate 4.2.0',
        'runspan regressions --baseline 21d..7d --candidate 7d..0d --exit-code',
      ]),
    ),
  )
    .option('--workflow <name>', 'only tasks of this workflow')
    .addOption(
      new Option('--baseline <side>', `${SIDE} (default: the version before, or the seven days before)`).argParser(
        parseSide,
      ),
    )
    .addOption(
      new Option('--candidate <side>', `${SIDE} (default: the latest version, or the last seven days)`).argParser(
        parseSide,
      ),
    )
    .option('--exit-code', 'exit code 1 when a task became slower or fails more often')
    .action(async (flags: Flags) => {
      if ((flags.baseline === undefined) !== (flags.candidate === undefined)) {
        throw new RunspanError('WRONG_USE', 'Give both --baseline and --candidate, or neither.')
      }
      await withOpenData(flags, async ({ clickhouse }) => {
        const { regressions } = await import('@runspan/analytics')
        const { workflow, baseline, candidate } = flags
        const answer = await regressions(clickhouse, { workflow, baseline, candidate })
        if (flags.exitCode && isWorse(answer)) process.exitCode = 1
        if (flags.json) return printJson(answer)
        if (flags.csv) return printCsv(rowsOf(answer), flags)
        const { regressionsView } = await import('../../terminal/regressions-view.ts')
        show((screen) => regressionsView({ answer, workflow }, screen))
      })
    })

function isWorse({ durations, failures }: Regressions): boolean {
  return (
    durations.some(({ verdict }) => verdict === 'slower') || failures.some(({ verdict }) => verdict === 'more often')
  )
}

/** One table: durations and failure rates have the columns in common that they can. */
function rowsOf({ durations, failures }: Regressions): object[] {
  return [
    ...durations.map(({ baselineMedianSeconds, candidateMedianSeconds, ...row }) => ({
      measure: 'median seconds',
      ...row,
      baseline: baselineMedianSeconds,
      candidate: candidateMedianSeconds,
    })),
    ...failures.map(({ baselineFailureRate, candidateFailureRate, ...row }) => ({
      measure: 'failure rate',
      ...row,
      baseline: baselineFailureRate,
      candidate: candidateFailureRate,
    })),
  ]
}

/** `4.2.0`: a version, whenever it ran; `2026-11-01..2026-11-08`, `14d..7d`, `7d..`: a range. */
function parseSide(text: string): ComparedSide {
  const [from, to, ...more] = text.split('..')
  if (to === undefined && isLength(text)) {
    throw new InvalidArgumentError(
      `${text} is a length of time. Give a range such as ${text}.. (from ${text} ago on), or a version such as 4.2.0.`,
    )
  }
  if (to === undefined) return { from: new Date(0), to: new Date(Date.now() + 1), version: text }
  if (from === undefined || from === '' || more.length > 0) {
    throw new InvalidArgumentError(
      'Give a version such as 4.2.0, or a range such as 14d..7d or 2026-11-01..2026-11-08.',
    )
  }
  const side = { from: parseTime(from), to: to === '' ? new Date() : parseTime(to) }
  if (!(side.to > side.from)) throw new InvalidArgumentError('The range must end after it begins.')
  return side
}
