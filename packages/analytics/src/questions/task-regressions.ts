import { type ClickHouse, dayOf, defineQuery, packedLogarithm } from '@runspan/clickhouse'

import { ATTEMPTS_OF_SIDES } from '../sql/attempts-of-sides.ts'
import { type SideParameters, sideParameters, type Sides } from '../sql/compared-sides.ts'
import { benjaminiHochberg, normalQuantile } from '../statistics/statistics.ts'

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

export const SIGNIFICANT = 0.05

const logarithms = (sample: string): string => `arrayMap(x -> ${packedLogarithm('x')}, ${sample})`
/** Medians of the days. */
const dayMedians = (sample: string): string =>
  `if(pValue < ${SIGNIFICANT},
    arrayMap(day -> arrayReduce('medianExact', ${logarithms(`arrayFilter(y -> ${dayOf('y')} = day, ${sample})`)}),
      arrayDistinct(arrayMap(y -> ${dayOf('y')}, ${sample}))), [])`

/**
 * Of many attempts those with the smallest hashes: the same ones each time. The test throws where a side is empty, so groups are made first and
 * tested outside; what is dear is computed only where p is low. With five days a side the medians of the days must differ as well: days that differ
 * by themselves would pass for a change.
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
  /** Attempts that were compared, and the spread of their logarithms: 1.4826 MAD within the sides. */
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

/** The tests of all tasks with enough attempts on both sides, the likeliest change first. */
export async function durationTests(clickhouse: ClickHouse, parameters: SideParameters): Promise<DurationTest[]> {
  return clickhouse.ask(TESTS, parameters)
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
  const tests = await durationTests(clickhouse, await sideParameters(clickhouse, question))
  const qValues = benjaminiHochberg(tests.map(({ pValue }) => pValue))
  return durationVerdicts(tests, qValues, tests.length, question.minimumChange)
}
