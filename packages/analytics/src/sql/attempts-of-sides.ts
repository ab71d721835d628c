import { hashedAttempt, hashOf, LARGEST_HASH } from '@runspan/clickhouse'

import { DAYS_OF_BOTH_SIDES, HALF, HALF_OF_DAY, OF_BOTH_SIDES } from './compared-sides.ts'

export const NEEDS_ATTEMPTS = 8
/** Maximum attempts compared per task and side. */
const MOST_ATTEMPTS = 500

/** How far a side's sample is complete: up to the largest hash of a part of which not everything was kept. */
const wholeUpTo = (half: 0 | 1): string =>
  `minIf(if(n > length(kept), ${hashOf('kept[-1]')}, ${LARGEST_HASH}), half = ${half})`
const sample = (half: 0 | 1): string =>
  `arrayFilter(x -> ${hashOf('x')} <= ${wholeUpTo(half)},
    groupArraySortedArrayIf(${MOST_ATTEMPTS})(kept, half = ${half}))`

/**
 * Completed attempts of tasks that have enough on both sides: their number, and the 500 with the smallest hashes, as in
 * `hashedAttempt`.
 */
export const ATTEMPTS_OF_SIDES: string = `(
  SELECT workflow, node_id, toFloat64(sumIf(n, half = 0)) AS baselineCount,
    toFloat64(sumIf(n, half = 1)) AS candidateCount, ${sample(0)} AS baselineSample, ${sample(1)} AS candidateSample
  FROM (
    SELECT workflow, node_id, ${HALF} AS half, count() AS n,
      groupArraySorted(${MOST_ATTEMPTS})(${hashedAttempt('start', 'duration_ns')}) AS kept
    FROM workflow_tasks FINAL WHERE ${OF_BOTH_SIDES} AND status = 'completed'
    GROUP BY workflow, node_id, half
    UNION ALL
    SELECT workflow, node_id, ${HALF_OF_DAY} AS half, completed AS n, sample AS kept
    FROM workflow_task_stats FINAL WHERE ${DAYS_OF_BOTH_SIDES} AND completed > 0
  )
  GROUP BY workflow, node_id
  HAVING baselineCount >= ${NEEDS_ATTEMPTS} AND candidateCount >= ${NEEDS_ATTEMPTS}
)`
