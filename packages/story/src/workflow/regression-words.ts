import type { TaskRegression } from '@runspan/analytics'

import { far, type Prose, say, time } from '../words/prose.ts'

/** Returns the change of a task without its name: `is 25 % slower: 3.9 s (median of 40) against 3.1 s (of 200)`. */
export function regressionWords({
  ratio,
  candidateMedianSeconds,
  candidateCount,
  baselineMedianSeconds,
  baselineCount,
}: TaskRegression): Prose {
  return say`is ${far(ratio, 0)} ${ratio < 1 ? 'faster' : 'slower'}: ${time(candidateMedianSeconds)} (median of ${candidateCount}) against ${time(baselineMedianSeconds)} (of ${baselineCount})`
}
