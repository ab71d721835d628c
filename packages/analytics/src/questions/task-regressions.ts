import type { ClickHouse } from '@runspan/clickhouse'

import { timeOf } from '../clickhouse-time.ts'
import { PACKED_DURATION, packedLogarithm } from '../packed-duration.ts'
import { OF_WORKFLOW } from '../run-rows.ts'
import { benjaminiHochberg, normalQuantile } from '../statistics.ts'

/** A task on two sides, windows of time or versions. Seconds; only completed attempts. */
export interface TaskRegression {
  readonly workflow: string
  readonly nodeId: string
  readonly baselineCount: number
  readonly candidateCount: number
  readonly baselineMedianSeconds: number
  readonly candidateMedianSeconds: number
  /** How much longer: 1.25 is a quarter. Hodges–Lehmann, the median of all ratios between the two sides; where p ≥ 0.05, that of the medians. */
  readonly ratio: number
  /** How often a candidate is longer less how often it is shorter, −1 to 1 (Cliff's delta). */
  readonly cliffsDelta: number
  /** Mann–Whitney, two-sided. */
  readonly pValue: number
  /** The same corrected for all tests of this answer (Benjamini–Hochberg). */
  readonly qValue: number
  /** The same test on the medians of the days; null with under five days on a side, or where p ≥ 0.05. */
  readonly dayPValue: number | null
  /** A change of at least this ratio would have been found in four of five cases. */
  readonly smallestDetectableRatio: number
  readonly verdict: 'slower' | 'faster' | 'same'
}

/** One side of a comparison: half-open, on the start of attempts; of one version where that is given. */
export interface ComparedSide {
  readonly from: Date
  readonly to: Date
  readonly version?: string | undefined
}

export interface Sides {
  readonly workflow?: string | undefined
  readonly baseline: ComparedSide
  readonly candidate: ComparedSide
}

export const NEEDS_ATTEMPTS = 8
export const SIGNIFICANT = 0.05
/** Of more attempts of a task on a side so many are compared. */
const MOST_ATTEMPTS = 500

const at = (parameter: string): string => timeOf(`{${parameter}:Float64}`)
const onSide = (side: string): string =>
  `(start >= ${at(`${side}From`)} AND start < ${at(`${side}To`)} AND ({${side}Version:String} = '' OR version = {${side}Version:String}))`

/** Attempts of both sides; `half` is 0 in the baseline, 1 in the candidate. */
export const OF_BOTH_SIDES: string = `${OF_WORKFLOW} AND (${onSide('baseline')} OR ${onSide('candidate')})`
export const HALF: string = `toUInt8(${onSide('candidate')})`

/** Values for the parameters of the two. */
export function sideParameters({ workflow, baseline, candidate }: Sides): Record<string, string | number> {
  return {
    workflow: workflow ?? '',
    baselineFrom: baseline.from.getTime() / 1000,
    baselineTo: baseline.to.getTime() / 1000,
    baselineVersion: baseline.version ?? '',
    candidateFrom: candidate.from.getTime() / 1000,
    candidateTo: candidate.to.getTime() / 1000,
    candidateVersion: candidate.version ?? '',
  }
}

/**
 * An attempt in 64 bits: 22 bits of a hash, the day modulo 1024, the duration.
 */
const PACKED = `bitShiftLeft(toUInt64(intHash64(toUnixTimestamp64Nano(start)) % 4194304), 42) + bitShiftLeft(toUInt64(toUInt16(toDate(start, 'UTC')) % 1024), 32) + ${PACKED_DURATION}`
const sample = (half: 0 | 1): string => `groupArraySortedIf(${MOST_ATTEMPTS})(${PACKED}, half = ${half})`
const unpacked = (array: string): string =>
  `arrayMap(x -> (${packedLogarithm('x')}, bitAnd(bitShiftRight(x, 32), 1023)), ${array})`
/** Medians of the days. */
const dayMedians = (array: string): string =>
  `if(pValue < ${SIGNIFICANT}, arrayMap(day -> arrayReduce('medianExact', arrayMap(y -> y.1, arrayFilter(y -> y.2 = day, ${array}))), arrayDistinct(${array}.2)), [])`

/**
 * Of many attempts those with the smallest hashes: the same ones each time. The test throws where a side is empty, so groups are made first and
 * tested outside; what is dear is computed only where p is low. With five days a side the medians of the days must differ as well: days that differ
 * by themselves would pass for a change.
 */
const SQL = `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId, baselineCount, candidateCount, ${unpacked('baselineSample')} AS bs, ${unpacked('candidateSample')} AS cs, bs.1 AS b, cs.1 AS c,
  arrayReduce('medianExact', b) AS bm, arrayReduce('medianExact', c) AS cm, exp(bm) / 1e9 AS baselineMedianSeconds, exp(cm) / 1e9 AS candidateMedianSeconds,
  arrayReduce('mannWhitneyUTest', arrayConcat(b, c), arrayConcat(arrayWithConstant(length(b), 0), arrayWithConstant(length(c), 1))) AS test, test.2 AS p,
  if(isFinite(p), p, 1) AS pValue, 1 - 2 * test.1 / (length(b) * length(c)) AS delta, if(isFinite(delta), delta, 0) AS cliffsDelta,
  toFloat64(length(b)) AS bn, toFloat64(length(c)) AS cn, 1.4826 * arrayReduce('medianExact', arrayConcat(arrayMap(x -> abs(x - bm), b), arrayMap(x -> abs(x - cm), c))) AS spread,
  if(pValue < ${SIGNIFICANT}, exp(arrayReduce('quantileExactInclusive(0.5)', arrayFlatten(arrayMap(y -> arrayMap(x -> y - x, arraySlice(b, 1, 200)), arraySlice(c, 1, 200))))),
    candidateMedianSeconds / baselineMedianSeconds) AS ratio,
  ${dayMedians('bs')} AS bd, ${dayMedians('cs')} AS cd, length(bd) >= 5 AND length(cd) >= 5 AS enough,
  arrayReduce('mannWhitneyUTest', if(enough, arrayConcat(bd, cd), [0., 1.]), if(enough, arrayConcat(arrayWithConstant(length(bd), 0), arrayWithConstant(length(cd), 1)), [0, 1])).2 AS pDays,
  if(enough, toNullable(if(isFinite(pDays), pDays, 1)), NULL) AS dayPValue
FROM (
  SELECT workflow, node_id, toFloat64(countIf(half = 0)) AS baselineCount, toFloat64(countIf(half = 1)) AS candidateCount, ${sample(0)} AS baselineSample, ${sample(1)} AS candidateSample
  FROM (SELECT workflow, node_id, ${HALF} AS half, start, duration_ns FROM workflow_tasks FINAL WHERE ${OF_BOTH_SIDES} AND status = 'completed')
  GROUP BY workflow, node_id
  HAVING baselineCount >= ${NEEDS_ATTEMPTS} AND candidateCount >= ${NEEDS_ATTEMPTS}
)
ORDER BY pValue, workflow, nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

const SENT = `SELECT workflow, nodeId, baselineCount, candidateCount, baselineMedianSeconds, candidateMedianSeconds, ratio, cliffsDelta, pValue, dayPValue, bn, cn, spread FROM (${SQL})`

/** A task's test, not yet corrected for the others. */
export interface DurationTest extends Omit<TaskRegression, 'qValue' | 'verdict' | 'smallestDetectableRatio'> {
  /** Attempts that were compared, and the spread of their logarithms: 1.4826 MAD within the sides. */
  readonly bn: number
  readonly cn: number
  readonly spread: number
}

/** The tests of all tasks with enough attempts on both sides, the likeliest change first. */
export async function durationTests(clickhouse: ClickHouse, sides: Sides): Promise<DurationTest[]> {
  return clickhouse.query<DurationTest>(SENT, sideParameters(sides))
}

/** The verdicts, with the correction made over so many tests. */
export function durationVerdicts(
  tests: readonly DurationTest[],
  qValues: readonly number[],
  testCount: number,
  minimumChange = 0.1,
): TaskRegression[] {
  return tests.map(({ bn, cn, spread, ...test }, i) => {
    const { ratio, dayPValue } = test
    const qValue = qValues[i]!
    const differs =
      qValue < SIGNIFICANT && (dayPValue ?? 0) < SIGNIFICANT && Math.abs(Math.log(ratio)) >= Math.log(1 + minimumChange)
    return {
      ...test,
      qValue,
      smallestDetectableRatio: Math.max(1 + minimumChange, smallestRatio(spread, bn, cn, testCount)),
      verdict: !differs ? 'same' : ratio > 1 ? 'slower' : 'faster',
    }
  })
}

/**
 * The change that a test of this size finds in four of five cases, were the logarithms normal: (z(α ÷ 2m) + z(0.2)) · σ · √((1/n + 1/m) · π ÷ 3), the
 * rank test being 3 ÷ π as efficient as the t-test.
 */
function smallestRatio(spread: number, countA: number, countB: number, tests: number): number {
  const z = normalQuantile(SIGNIFICANT / 2 / Math.max(1, tests)) + normalQuantile(0.2)
  return Math.exp(z * spread * Math.sqrt(((1 / countA + 1 / countB) * Math.PI) / 3))
}

/**
 * Durations of tasks compared between two sides that do not overlap, the likeliest change first; those with under 8 completed attempts in one are left out.
 * Slower or faster takes q < 0.05, a change of at least `minimumChange` (default 0.1), and with five days a side days that differ, too.
 * What runs or was lost does not count: a window that ends now lacks its longest attempts. Throws `ClickHouseError`.
 */
export async function taskRegressions(
  clickhouse: ClickHouse,
  question: Sides & { readonly minimumChange?: number | undefined },
): Promise<TaskRegression[]> {
  const tests = await durationTests(clickhouse, question)
  const qValues = benjaminiHochberg(tests.map(({ pValue }) => pValue))
  return durationVerdicts(tests, qValues, tests.length, question.minimumChange)
}
