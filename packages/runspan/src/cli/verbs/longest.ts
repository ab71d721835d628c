import type { Verb } from '../define-verb.ts'
import { LARGEST, largest, largestLines } from '../largest.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan longest`: the runs that took longest, or attempts. */
export const longestVerb: Verb = questionVerb({
  name: 'longest',
  summary: 'the runs that took longest, or with --tasks the attempts',
  examples: ['runspan longest --workflow nightly-orders --since 30d', 'runspan longest --tasks'],
  options: LARGEST,
  ask: ({ clickhouse }, input) => largest(clickhouse, { ...input, by: 'duration' }),
  rows: (rows) => rows,
  view: (rows) => largestLines(rows, 'duration'),
})
