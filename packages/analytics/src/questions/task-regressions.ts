import type { ClickHouse } from '@runspan/clickhouse'

/** A task in two windows of time. Seconds; only completed attempts. */
export interface TaskRegression {
  readonly workflow: string
  readonly nodeId: string
  readonly baselineCount: number
  readonly candidateCount: number
  readonly baselineMedianSeconds: number
  readonly candidateMedianSeconds: number
  /** How much longer: 1.25 is a quarter. Hodges–Lehmann, the median of all ratios between the two windows; where p ≥ 0.05, that of the medians. */
  readonly ratio: number
  /** Mann–Whitney, two-sided. */
  readonly pValue: number
  /** The same corrected for all tasks of this answer (Benjamini–Hochberg). */
  readonly qValue: number
  readonly verdict: 'slower' | 'faster' | 'same'
}

/** Half-open, on the start of attempts. */
interface Window {
  readonly from: Date
  readonly to: Date
}

const NEEDS_ATTEMPTS = 8
const SIGNIFICANT = 0.05
/** Of more attempts of a task in a window a part is compared, half of this to all of it. */
const MOST_ATTEMPTS = 500

const at = (parameter: string): string => `fromUnixTimestamp64Milli(toInt64({${parameter}:Float64} * 1000), 'UTC')`
const inWindow = (window: string): string => `(start >= ${at(`${window}From`)} AND start < ${at(`${window}To`)})`

/** Completed attempts of both windows; `half` is 0 in the baseline, 1 in the candidate. */
const ATTEMPTS = `(
  SELECT workflow, node_id, toUInt8(${inWindow('candidate')}) AS half, toDate(start, 'UTC') AS day, log(greatest(duration_ns, 1)) AS v, intHash64(toUnixTimestamp64Nano(start)) AS hash
  FROM workflow_tasks FINAL
  WHERE ({workflow:String} = '' OR workflow = {workflow:String}) AND status = 'completed' AND (${inWindow('baseline')} OR ${inWindow('candidate')})
)`

/**
 * Of many attempts every second, third … by a hash: the same ones each time. The test throws where a side is empty, so groups are made first and
 * tested outside; what is dear is computed only where p is low. With five days a side the medians of the days must differ as well: days that differ
 * by themselves would pass for a change.
 */
const SQL = `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId, toFloat64(baselineAttempts) AS baselineCount, toFloat64(candidateAttempts) AS candidateCount,
  exp(arrayReduce('medianExact', b)) / 1e9 AS baselineMedianSeconds, exp(arrayReduce('medianExact', c)) / 1e9 AS candidateMedianSeconds,
  arrayReduce('mannWhitneyUTest', arrayConcat(b, c), arrayConcat(arrayWithConstant(length(b), 0), arrayWithConstant(length(c), 1))).2 AS p,
  if(isFinite(p), p, 1) AS pValue,
  if(pValue < ${SIGNIFICANT}, exp(arrayReduce('median', arrayFlatten(arrayMap(y -> arrayMap(x -> y - x, arraySlice(b, 1, 200)), arraySlice(c, 1, 200))))),
    candidateMedianSeconds / baselineMedianSeconds) AS ratio,
  if(pValue < ${SIGNIFICANT}, arrayMap(x -> (x, arrayReduce('medianExact', arrayMap(y -> y.3, arrayFilter(y -> (y.2, y.4) = x, taken)))), arrayDistinct(arrayMap(y -> (y.2, y.4), taken))), []) AS medians,
  arrayCount(x -> x.1.1 = 0, medians) AS baselineDays, length(medians) - baselineDays AS candidateDays, baselineDays >= 5 AND candidateDays >= 5 AS enough,
  arrayReduce('mannWhitneyUTest', if(enough, arrayMap(x -> x.2, medians), [0., 1.]), if(enough, arrayMap(x -> x.1.1, medians), [0, 1])).2 AS pDays,
  if(enough AND isFinite(pDays), pDays, 0) AS dayPValue
FROM (
  SELECT workflow, node_id, arraySort(groupArray((hash, half, v, day))) AS taken,
    arrayMap(x -> x.3, arrayFilter(x -> x.2 = 0, taken)) AS b, arrayMap(x -> x.3, arrayFilter(x -> x.2 = 1, taken)) AS c,
    maxIf(attempts, half = 0) AS baselineAttempts, maxIf(attempts, half = 1) AS candidateAttempts
  FROM ${ATTEMPTS} AS attempted
  INNER JOIN (SELECT workflow, node_id, half, count() AS attempts FROM ${ATTEMPTS} GROUP BY workflow, node_id, half HAVING attempts >= ${NEEDS_ATTEMPTS}) AS sizes
    USING (workflow, node_id, half)
  WHERE hash % toUInt64(ceil(attempts / ${MOST_ATTEMPTS})) = 0
  GROUP BY workflow, node_id
  HAVING length(b) >= ${NEEDS_ATTEMPTS} AND length(c) >= ${NEEDS_ATTEMPTS}
)
ORDER BY pValue, workflow, nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

type Row = Omit<TaskRegression, 'qValue' | 'verdict'> & { readonly dayPValue: number }

/**
 * Tasks compared between two windows that do not overlap, the likeliest change first; those with under 8 completed attempts in one are left out.
 * Slower or faster takes q < 0.05, a change of at least `minimumChange` (default 0.1), and with five days a side days that differ, too.
 * What runs or was lost does not count: a window that ends now lacks its longest attempts. Throws `ClickHouseError`.
 */
export async function taskRegressions(
  clickhouse: ClickHouse,
  question: {
    readonly workflow?: string | undefined
    readonly baseline: Window
    readonly candidate: Window
    readonly minimumChange?: number | undefined
  },
): Promise<TaskRegression[]> {
  const { workflow, baseline, candidate, minimumChange = 0.1 } = question
  const rows = await clickhouse.query<Row>(SQL, {
    workflow: workflow ?? '',
    baselineFrom: baseline.from.getTime() / 1000,
    baselineTo: baseline.to.getTime() / 1000,
    candidateFrom: candidate.from.getTime() / 1000,
    candidateTo: candidate.to.getTime() / 1000,
  })
  const corrected = benjaminiHochberg(rows.map(({ pValue }) => pValue))
  return rows.map(({ dayPValue, ...row }, i) => {
    const { workflow: name, nodeId, baselineCount, candidateCount, baselineMedianSeconds, candidateMedianSeconds } = row
    const { ratio, pValue } = row
    const qValue = corrected[i]!
    const differs =
      qValue < SIGNIFICANT && dayPValue < SIGNIFICANT && Math.abs(Math.log(ratio)) >= Math.log(1 + minimumChange)
    const counts = { baselineCount, candidateCount, baselineMedianSeconds, candidateMedianSeconds }
    return {
      workflow: name,
      nodeId,
      ...counts,
      ratio,
      pValue,
      qValue,
      verdict: !differs ? 'same' : ratio > 1 ? 'slower' : 'faster',
    }
  })
}

/** p-values in rising order, corrected for their number: q = min over all that are no smaller of p · n ÷ rank. */
function benjaminiHochberg(rising: readonly number[]): number[] {
  const corrected = rising.map((p, i) => Math.min(1, (p * rising.length) / (i + 1)))
  for (let i = corrected.length - 2; i >= 0; i--) corrected[i] = Math.min(corrected[i]!, corrected[i + 1]!)
  return corrected
}
