import type { RunDocument } from '@runspan/analytics'
import { type Comparison, comparison } from '@runspan/story'

import { ReportError } from '../errors.ts'

/** Returns a comparison from documents on runs. Throws `ReportError` `INVALID_RUNS` for fewer than two. */
export function comparedDocuments(documents: readonly RunDocument[]): Comparison {
  if (documents.length < 2) {
    throw new ReportError('INVALID_RUNS', `Give two runs or more to compare, not ${documents.length}.`)
  }
  return comparison(documents)
}
