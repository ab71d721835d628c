import type { ClickHouse } from '@runspan/clickhouse'

import { AnalyticsError } from '../errors.ts'
import { NEEDS_ATTEMPTS } from '../sql/attempts-of-sides.ts'
import { type ComparedSide, type Sides, sideParameters } from '../sql/compared-sides.ts'
import { defaultSides } from '../sql/default-sides.ts'
import { type FailuresOfSides, failuresOfSides } from '../sql/failures-of-sides.ts'
import { benjaminiHochberg, mannWhitney, ratesDiffer } from '../statistics/statistics.ts'
import { durationTests, durationVerdicts, SIGNIFICANT, type TaskRegression } from './task-regressions.ts'

/** Failure rates of a task on both sides. */
export interface FailureRegression {
  readonly workflow: string
  readonly nodeId: string
  /** Attempts that completed or failed. */
  readonly baselineCount: number
  readonly candidateCount: number
  readonly baselineFailureRate: number
  readonly candidateFailureRate: number
  /** Fisher's exact test, two-sided; the z-test of two proportions if all expected counts are at least 10. */
  readonly pValue: number
  /** P-value corrected for all tests of this answer (Benjamini–Hochberg). */
  readonly qValue: number
  readonly verdict: 'more often' | 'less often' | 'same'
}

export interface Regressions {
  /** Compared side; null if there was nothing to compare with. */
  readonly baseline: ComparedSide | null
  readonly candidate: ComparedSide | null
  readonly by: 'time' | 'version'
  /** Durations of tasks, the likeliest change first. */
  readonly durations: readonly TaskRegression[]
  /** Failure rates of tasks, the likeliest change first. */
  readonly failures: readonly FailureRegression[]
  /** Number of tasks with fewer than 8 attempts on one side. */
  readonly insufficient: number
}

export interface RegressionsQuestion {
  readonly workflow?: string | undefined
  /** A window, a version, or both. Default: the seven days before the candidate, or the version before it. */
  readonly baseline?: ComparedSide | undefined
  /**
   * Default: the latest version with 8 attempts of any task if there are two in the last 28 days, else the last seven days,
   * UTC, and today.
   */
  readonly candidate?: ComparedSide | undefined
  /** Minimum change, as a share. Default 0.1, which is the minimum. */
  readonly minimumChange?: number | undefined
  readonly now?: Date | undefined
}

/** Minimum difference of rates. */
const LEAST_RATE_CHANGE = 0.01
const NEEDS_DAYS = 5

/**
 * Returns tasks that became slower or faster, or fail more or less often, between two windows of time or two versions.
 * Durations are tested by Mann–Whitney (`taskRegressions` has the rules), failure rates of attempts by Fisher's exact test;
 * all tests of the answer are corrected together (Benjamini and Hochberg 1995). A rate must change by at least a percentage
 * point. With five days a side the days must differ too: an outage of one day is not a change. Throws `ClickHouseError`,
 * `INVALID_RANGE`.
 */
export async function regressions(clickhouse: ClickHouse, question: RegressionsQuestion = {}): Promise<Regressions> {
  const { workflow, minimumChange = 0.1 } = question
  const sides = await sidesOf(clickhouse, question)
  if (sides === null) {
    return { baseline: null, candidate: null, by: 'time', durations: [], failures: [], insufficient: 0 }
  }
  const parameters = await sideParameters(clickhouse, { workflow, ...sides })
  const [tests, rows] = await Promise.all([
    durationTests(clickhouse, parameters),
    failuresOfSides(clickhouse, parameters),
  ])
  const enough = rows.filter(
    ({ baselineCount, candidateCount }) => baselineCount >= NEEDS_ATTEMPTS && candidateCount >= NEEDS_ATTEMPTS,
  )
  // without failures there is nothing to test
  const failing = enough.filter(({ baselineFailed, candidateFailed }) => baselineFailed + candidateFailed > 0)
  const failureTests = failing.map((row) => ({
    row,
    pValue: ratesDiffer(row.baselineFailed, row.baselineCount, row.candidateFailed, row.candidateCount),
  }))
  const qValues = benjaminiHochberg([...tests, ...failureTests].map(({ pValue }) => pValue))
  const byVersion = sides.baseline.version !== undefined || sides.candidate.version !== undefined
  return {
    baseline: sides.baseline,
    candidate: sides.candidate,
    by: byVersion ? 'version' : 'time',
    durations: durationVerdicts(tests, qValues, qValues.length, minimumChange),
    failures: failureTests
      .map(({ row, pValue }, i) => failureRegression(row, pValue, qValues[tests.length + i]!))
      .toSorted((a, b) => a.pValue - b.pValue || (a.nodeId < b.nodeId ? -1 : 1)),
    insufficient: rows.length - enough.length,
  }
}

function failureRegression(row: FailuresOfSides, pValue: number, qValue: number): FailureRegression {
  const { workflow, nodeId, baselineCount, candidateCount, baselineDays, candidateDays } = row
  const baselineFailureRate = row.baselineFailed / baselineCount
  const candidateFailureRate = row.candidateFailed / candidateCount
  const difference = candidateFailureRate - baselineFailureRate
  const days = Math.min(baselineDays.length, candidateDays.length)
  const differs =
    qValue < SIGNIFICANT &&
    Math.abs(difference) >= LEAST_RATE_CHANGE &&
    (days < NEEDS_DAYS || mannWhitney(baselineDays, candidateDays) < SIGNIFICANT)
  return {
    workflow,
    nodeId,
    baselineCount,
    candidateCount,
    baselineFailureRate,
    candidateFailureRate,
    pValue,
    qValue,
    verdict: !differs ? 'same' : difference > 0 ? 'more often' : 'less often',
  }
}

async function sidesOf(clickhouse: ClickHouse, question: RegressionsQuestion): Promise<Omit<Sides, 'workflow'> | null> {
  const { baseline, candidate } = question
  if (baseline !== undefined && candidate !== undefined) return { baseline, candidate }
  if (baseline !== undefined || candidate !== undefined) {
    throw new AnalyticsError('INVALID_RANGE', 'Give both sides of the comparison, baseline and candidate, or neither.')
  }
  return defaultSides(clickhouse, question.workflow, question.now ?? new Date())
}
