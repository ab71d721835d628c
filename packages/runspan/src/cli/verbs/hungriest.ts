import type { Verb } from '../define-verb.ts'
import { LARGEST, largest, largestLines } from '../largest.ts'
import { choiceOr } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan hungriest --by cpu`: the runs that used most of a resource, or attempts. */
export const hungriestVerb: Verb = questionVerb({
  name: 'hungriest',
  summary: 'the runs that used most of a resource, or with --tasks the attempts',
  examples: ['runspan hungriest --by memory --since 7d', 'runspan hungriest --tasks --by cpu'],
  options: { ...LARGEST, by: choiceOr('<resource>', ['cpu', 'memory', 'disk', 'network'], 'cpu', 'which resource') },
  ask: ({ clickhouse }, input) => largest(clickhouse, input),
  rows: (rows) => rows,
  view: (rows, { by }) => largestLines(rows, by),
})
