import type { ComparedSide, Regressions } from '@runspan/analytics'
import { InvalidArgumentError } from 'commander'

import { RunspanError } from '../../errors.ts'
import type { Verb } from '../define-verb.ts'
import { flag, parsed, text } from '../options.ts'
import { isLength, parseTime } from '../parse.ts'
import { questionVerb } from '../question-verb.ts'

const SIDE = 'a version, or a range of time from..to'

/** `runspan regressions`: what became slower or faster, or fails more or less often. */
export const regressionsVerb: Verb = questionVerb({
  name: 'regressions',
  summary: 'which tasks became slower, or fail more often, and how sure that is',
  examples: [
    'runspan regressions --workflow nightly-orders',
    'runspan regressions --workflow nightly-orders --baseline 4.1.0 --candidate 4.2.0',
    'runspan regressions --baseline 21d..7d --candidate 7d..0d --exit-code',
  ],
  options: {
    workflow: text('<name>', 'only tasks of this workflow'),
    baseline: parsed('<side>', parseSide, `${SIDE} (default: the version before, or the seven days before)`),
    candidate: parsed('<side>', parseSide, `${SIDE} (default: the latest version, or the last seven days)`),
    exitCode: flag('exit code 1 when a task became slower or fails more often'),
  },
  check: ({ baseline, candidate }) => {
    if ((baseline === undefined) !== (candidate === undefined)) {
      throw new RunspanError('WRONG_USE', 'Give both --baseline and --candidate, or neither.')
    }
  },
  ask: async ({ clickhouse }, { workflow, baseline, candidate, exitCode }) => {
    const { regressions } = await import('@runspan/analytics')
    const answer = await regressions(clickhouse, { workflow, baseline, candidate })
    if (exitCode && isWorse(answer)) process.exitCode = 1
    return answer
  },
  rows: rowsOf,
  view: async (answer, { workflow }) => {
    const { regressionsView } = await import('../../terminal/regressions-view.ts')
    return (screen) => regressionsView({ answer, workflow }, screen)
  },
})

function isWorse({ durations, failures }: Regressions): boolean {
  return (
    durations.some(({ verdict }) => verdict === 'slower') || failures.some(({ verdict }) => verdict === 'more often')
  )
}

/** Returns durations and failure rates as one table, which shares columns where possible. */
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

/** Returns a side: a version such as `4.2.0`, or a range such as `2026-11-01..2026-11-08`, `14d..7d` or `7d..`. */
function parseSide(given: string): ComparedSide {
  const [from, to, ...more] = given.split('..')
  if (to === undefined && isLength(given)) {
    throw new InvalidArgumentError(
      `${given} is a length of time. Give a range such as ${given}.. (from ${given} ago on), or a version such as 4.2.0.`,
    )
  }
  if (to === undefined) return { from: new Date(0), to: new Date(Date.now() + 1), version: given }
  if (from === undefined || from === '' || more.length > 0) {
    throw new InvalidArgumentError(
      'Give a version such as 4.2.0, or a range such as 14d..7d or 2026-11-01..2026-11-08.',
    )
  }
  const side = { from: parseTime(from), to: to === '' ? new Date() : parseTime(to) }
  if (!(side.to > side.from)) throw new InvalidArgumentError('The range must end after it begins.')
  return side
}
