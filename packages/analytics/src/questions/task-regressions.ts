import { type ClickHouse, dayOf, defineQuery, packedLogarithm } from '@runspan/clickhouse'

import { ATTEMPTS_OF_SIDES } from '../sql/attempts-of-sides.ts'
import { type SideParameters, sideParameters, type Sides } from '../sql/compared-sides.ts'
import { benjaminiHochberg, normalQuantile } from '../statistics/statistics.ts'

/** A task on two sides, which are windows of time or versions. Seconds; only completed attempts. */
export interface TaskRegression {
  readonly workflow: string
  readonly nodeId: string
  readonly baselineCount: number
  readonly candidateCount: number
  readonly baselineMedianSeconds: number
  readonly candidateMedianSeconds: number
  /**
   * How much longer it takes: 1.25 is a quarter. Hodges–Lehmann, the median of all ratios between the two sides; if p ≥ 0.05,
   * the ratio of the medians.
   */
  readonly ratio: number
  /** How often a candidate attempt is longer minus how often it is shorter, −1 to 1 (Cliff's delta). */
  readonly cliffsDelta: number
  /** Mann–Whitney, two-sided. */
  readonly pValue: number
  /** P-value corrected for all tests of this answer (Benjamini–Hochberg). */
  readonly qValue: number
  /** Same test on the medians of the days; null with fewer than five days on a side, or if p ≥ 0.05. */
  readonly dayPValue: number | null
  /** A change of at least this ratio would have been found in four of five cases. */
  readonly smallestDetectableRatio: number
  readonly verdict: 'slower' | 'faster' | 'same'
}

export const SIGNIFICANT = 0.05

const logarithms = (sample: string): string => `arrayMap(x -> ${packedLogarithm('x')}, ${sample})`
/** Medians of the days. */
const dayMedians = (sample: string): string =>
  `if(pValue < ${SIGNIFICANT},
    arrayMap(day -> arrayReduce('medianExact', ${logarithms(`arrayFilter(y -> ${dayOf('y')} = day, ${sample})`)}),
      arrayDistinct(arrayMap(y -> ${dayOf('y')}, ${sample}))), [])`

/**
 * With many attempts it takes those with the smallest hashes, which are the same ones each time. The test throws if a side is
 * empty, so groups are made first and tested outside. Expensive values are computed only if p is low. With five days a side
 * the medians of the days must differ as well: otherwise normal variation between days would pass for a change.
 */
const SQL = `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId, baselineCount,
  candidateCount, ${logarithms('baselineSample')} AS b, ${logarithms('candidateSample')} AS c,
  arrayReduce('medianExact', b) AS bm, arrayReduce('medianExact', c) AS cm, exp(bm) / 1e9 AS baselineMedianSeconds,
    exp(cm) / 1e9 AS candidateMedianSeconds,
  arrayReduce('mannWhitneyUTest', arrayConcat(b, c),
    arrayConcat(arrayWithConstant(length(b), 0), arrayWithConstant(length(c), 1))) AS test, test.2 AS p,
  if(isFinite(p), p, 1) AS pValue, 1 - 2 * test.1 / (length(b) * length(c)) AS delta,
    if(isFinite(delta), delta, 0) AS cliffsDelta,
  toFloat64(length(b)) AS bn, toFloat64(length(c)) AS cn,
    1.4826 * arrayReduce('medianExact', arrayConcat(arrayMap(x -> abs(x - bm), b),
      arrayMap(x -> abs(x - cm), c))) AS spread,
  if(pValue < ${SIGNIFICANT}, exp(arrayReduce('quantileExactInclusive(0.5)',
    arrayFlatten(arrayMap(y -> arrayMap(x -> y - x, arraySlice(b, 1, 200)), arraySlice(c, 1, 200))))),
    candidateMedianSeconds / baselineMedianSeconds) AS ratio,
  ${dayMedians('baselineSample')} AS bd, ${dayMedians('candidateSample')} AS cd, length(bd) >= 5
    AND length(cd) >= 5 AS enough,
  arrayReduce('mannWhitneyUTest', if(enough, arrayConcat(bd, cd), [0., 1.]),
    if(enough, arrayConcat(arrayWithConstant(length(bd), 0), arrayWithConstant(length(cd), 1)), [0, 1])).2 AS pDays,
  if(enough, toNullable(if(isFinite(pDays), pDays, 1)), NULL) AS dayPValue
FROM ${ATTEMPTS_OF_SIDES}
ORDER BY pValue, workflow, nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

const SENT = `SELECT workflow, nodeId, baselineCount, candidateCount, baselineMedianSeconds, candidateMedianSeconds,
  ratio, cliffsDelta, pValue, dayPValue, bn, cn, spread FROM (${SQL})`

/** A task's test, not yet corrected for the others. */
export interface DurationTest extends Omit<TaskRegression, 'qValue' | 'verdict' | 'smallestDetectableRatio'> {
  /** Number of compared attempts on each side, and the spread of their logarithms: 1.4826 MAD within the sides. */
  readonly bn: number
  readonly cn: number
  readonly spread: number
}

const TESTS = defineQuery({
  name: 'task-regressions',
  sql: SENT,
  columns: (z) => ({
    workflow: z.string(),
    nodeId: z.string(),
    baselineCount: z.number(),
    candidateCount: z.number(),
    baselineMedianSeconds: z.number(),
    candidateMedianSeconds: z.number(),
    ratio: z.number(),
    cliffsDelta: z.number(),
    pValue: z.number(),
    dayPValue: z.nullable(z.number()),
    bn: z.number(),
    cn: z.number(),
    spread: z.number(),
  }),
})

/** Returns the tests of all tasks with enough attempts on both sides, the likeliest change first. */
export async function durationTests(clickhouse: ClickHouse, parameters: SideParameters): Promise<DurationTest[]> {
  return clickhouse.ask(TESTS, parameters)
}

/** Returns the verdicts, corrected for the number of tests. */
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
 * Returns the change that a test of this size finds in four of five cases, if the logarithms were normal: (z(α ÷ 2m) +
 * z(0.2)) · σ · √((1/n + 1/m) · π ÷ 3), since the rank test is 3 ÷ π as efficient as the t-test.
 */
function smallestRatio(spread: number, countA: number, countB: number, tests: number): number {
  const z = normalQuantile(SIGNIFICANT / 2 / Math.max(1, tests)) + normalQuantile(0.2)
  return Math.exp(z * spread * Math.sqrt(((1 / countA + 1 / countB) * Math.PI) / 3))
}

/**
 * Compares durations of tasks between two sides that do not overlap, the likeliest change first. Tasks with fewer than 8
 * completed attempts on a side are left out. Slower or faster requires q < 0.05, a change of at least `minimumChange`
 * (default 0.1), and, with five days a side, days that differ too. Running and lost attempts do not count: a window that ends
 * now lacks its longest attempts.
 * Throws `ClickHouseError`.
 */
export async function taskRegressions(
  clickhouse: ClickHouse,
  question: Sides & { readonly minimumChange?: number | undefined },
): Promise<TaskRegression[]> {
  const tests = await durationTests(clickhouse, await sideParameters(clickhouse, question))
  const qValues = benjaminiHochberg(tests.map(({ pValue }) => pValue))
  return durationVerdicts(tests, qValues, tests.length, question.minimumChange)
}
