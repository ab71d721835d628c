import { type ClickHouse, defineQuery, type RowOf } from '@runspan/clickhouse'
import { STATUS_NUMBER } from '@runspan/model'

import { isoTime } from '../clickhouse-time.ts'
import { checkLimit } from '../parameters/check-limit.ts'
import { attemptWith, NODE_HASH, statusIs, TASK_HASH } from '../sql/last-attempt.ts'
import { DAYS_IN_RANGE, isOfWholeDays, rollupAnswers } from '../sql/roll-up.ts'
import { ANY_TASKS_IN_RANGE, type Range, rangeParameters } from '../sql/run-rows.ts'
import { fewStreaks, wilsonLower } from '../statistics/statistics.ts'

/** A task that both fails and completes although nothing changed. Rates are 0–1, times in seconds. */
export interface FlakyTask {
  readonly workflow: string
  readonly nodeId: string
  /**
   * `recovers`: failed and then completed within a run. `intermittent`: failed permanently in some runs of a version and not
   * in others.
   */
  readonly kind: 'recovers' | 'intermittent'
  /** Runs in which the task ran. */
  readonly runs: number
  /** Runs in which it failed first and completed later. */
  readonly recoveredRuns: number
  /** Runs in which it failed permanently. */
  readonly failedRuns: number
  /** For `recovers`, recoveredRuns ÷ runs; for `intermittent`, failedRuns ÷ runs. */
  readonly rate: number
  /** Wilson's lower bound of the rate, 95 %; the ranking uses it. */
  readonly rateAtLeast: number
  /** Seconds in failed attempts. */
  readonly wastedSeconds: number
  /** Seconds of pauses before retries. */
  readonly backoffSeconds: number
  readonly firstSeen: string
  readonly lastSeen: string
  /** Its most frequent error. */
  readonly errorType: string
  readonly errorMessage: string
}

/** Minimum runs with each outcome. */
const NEEDS_RUNS = 2
const LEAST_FAILURE_RATE = 0.01
/** Maximum failure rate; a task that fails more often is broken. */
const MOST_FAILURE_RATE = 0.5
/** Significance below which clustered failures count as an outage. */
const OUTAGE = 0.01

/** Problems of a task, run by run: `recovered` completed later, `lost_for_good` failed at its last attempt. */
const BY_RUN = `
  SELECT any(${NODE_HASH}) AS node,
    max(${attemptWith('0')}) AS latest, ${statusIs('latest', STATUS_NUMBER.completed)} AS recovered, ${statusIs('latest', STATUS_NUMBER.failed)} AS lost_for_good,
    sumIf(duration_ns, status = 'failed') AS wasted, sumIf(queue_ns, attempt > 1) AS backoff
  FROM workflow_task_incidents FINAL WHERE ${ANY_TASKS_IN_RANGE}
  GROUP BY ${TASK_HASH} HAVING countIf(status = 'failed') > 0`

/** All failures of a task. The newest gives the message, the most frequent one the type. */
const ERRORS_SQL = `
  SELECT workflow, node_id, topK(1)(error_type)[1] AS type, argMax(error_message, start) AS message,
    min(start) AS first_failure, max(start) AS last_failure
  FROM workflow_task_incidents FINAL WHERE ${ANY_TASKS_IN_RANGE} AND status = 'failed'
  GROUP BY workflow, node_id`

const INCIDENTS_SQL = `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId, recoveredRuns, failedRuns, recoveredWaste,
  recoveredBackoff, failedWaste, failedBackoff,
  first_failure AS firstSeen, last_failure AS lastSeen, toString(type) AS errorType, message AS errorMessage
FROM (
  SELECT node, toFloat64(countIf(recovered)) AS recoveredRuns, toFloat64(countIf(lost_for_good)) AS failedRuns,
    sumIf(wasted, recovered) / 1e9 AS recoveredWaste,
    sumIf(backoff, recovered) / 1e9 AS recoveredBackoff, sumIf(wasted, lost_for_good) / 1e9 AS failedWaste,
      sumIf(backoff, lost_for_good) / 1e9 AS failedBackoff
  FROM (${BY_RUN}) GROUP BY node HAVING recoveredRuns + failedRuns > 0
) AS runs
INNER JOIN (${ERRORS_SQL}) AS errors ON runs.node = ${NODE_HASH}
ORDER BY workflow, nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

/** Runs in which a task ran, counted by its first attempts. */
const RUNS_SQL = `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId, toFloat64(count()) AS runs
FROM workflow_tasks FINAL
WHERE ${ANY_TASKS_IN_RANGE} AND attempt = 1 AND status IN ('completed', 'failed', 'cancelled')
GROUP BY workflow, node_id
SETTINGS do_not_merge_across_partitions_select_final = 1`

const ROLLUP_SQL = `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId, toFloat64(sum(n)) - toFloat64(sum(retries)) AS runs
FROM workflow_task_stats AS s FINAL
WHERE ${DAYS_IN_RANGE}
GROUP BY workflow, node_id`

/**
 * Outcomes of a task in the order of its runs: how many, how many permanently failed, in how many streaks those came, and on
 * how many versions there were two of each.
 */
const STREAKS_SQL = `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId,
  arraySort(groupArray(100000)((began, bad, version))) AS sequence, sequence.2 AS outcomes,
  toFloat64(length(outcomes)) AS runs, toFloat64(arraySum(outcomes)) AS failures,
    toFloat64(arrayCount((now, before) -> now = 1 AND before = 0, outcomes,
      arrayPopBack(arrayPushFront(outcomes, 0)))) AS streaks,
  toFloat64(length(arrayFilter(v -> arrayCount(x -> x.3 = v AND x.2 = 1, sequence) >= ${NEEDS_RUNS}
    AND arrayCount(x -> x.3 = v AND x.2 = 0, sequence) >= ${NEEDS_RUNS},
    arrayDistinct(arrayMap(x -> x.3, arrayFilter(x -> x.2 = 1, sequence)))))) AS mixed
FROM (
  SELECT workflow, node_id, toString(any(version)) AS version, run_id, min(start) AS began,
    toUInt8(argMax(status, (attempt, start)) = 'failed') AS bad
  FROM workflow_tasks FINAL
  WHERE ${ANY_TASKS_IN_RANGE} AND (workflow, node_id) IN arrayZip({workflows:Array(String)}, {nodes:Array(String)})
    AND status IN ('completed', 'failed', 'cancelled')
  GROUP BY workflow, node_id, run_id
)
GROUP BY workflow, node_id
SETTINGS do_not_merge_across_partitions_select_final = 1`

const INCIDENTS = defineQuery({
  name: 'flaky-tasks/incidents',
  sql: INCIDENTS_SQL,
  columns: (z) => ({
    workflow: z.string(),
    nodeId: z.string(),
    recoveredRuns: z.number(),
    failedRuns: z.number(),
    recoveredWaste: z.number(),
    recoveredBackoff: z.number(),
    failedWaste: z.number(),
    failedBackoff: z.number(),
    firstSeen: z.string(),
    lastSeen: z.string(),
    errorType: z.string(),
    errorMessage: z.string(),
  }),
})

const runsQuery = (name: string, sql: string) =>
  defineQuery({ name, sql, columns: (z) => ({ workflow: z.string(), nodeId: z.string(), runs: z.number() }) })
const RUNS = runsQuery('flaky-tasks/runs', RUNS_SQL)
const ROLLUP = runsQuery('flaky-tasks/rollup', ROLLUP_SQL)

const STREAKS = defineQuery({
  name: 'flaky-tasks/streaks',
  sql: `SELECT workflow, nodeId, runs, failures, streaks, mixed FROM (${STREAKS_SQL})`,
  columns: (z) => ({
    workflow: z.string(),
    nodeId: z.string(),
    runs: z.number(),
    failures: z.number(),
    streaks: z.number(),
    mixed: z.number(),
  }),
})

type Incidents = RowOf<typeof INCIDENTS>
type Runs = RowOf<typeof RUNS>
type Streaks = RowOf<typeof STREAKS>

/**
 * Returns flaky tasks, the most certain first, with their costs.
 * `recovers`: failed and later completed in two or more runs, so both outcomes had the same input and code (Google, Buildkite
 * and Datadog call this flaky).
 * `intermittent`: 1 to 50 % of the runs failed permanently; on one version two or more did and two or more did not; and the
 * failures are not in few streaks, which would be an outage (number of runs of one kind, Wald and Wolfowitz 1940, p < 0.01).
 * A task that always fails is broken, not flaky. Runs that have not ended do not count. Throws `ClickHouseError`,
 * `INVALID_LIMIT`.
 */
export async function flakyTasks(
  clickhouse: ClickHouse,
  range: Range & { readonly limit?: number | undefined } = {},
): Promise<FlakyTask[]> {
  const limit = checkLimit(range.limit, 100)
  const incidents = await clickhouse.ask(INCIDENTS, rangeParameters(range))
  if (incidents.length === 0) return []
  const runs = new Map((await runsOf(clickhouse, range)).map((row) => [keyOf(row), row.runs]))
  const streaks = await streaksOf(clickhouse, range, incidents, runs)
  return incidents
    .flatMap((row) => [recovering(row, runs.get(keyOf(row)) ?? 0), intermittent(row, streaks.get(keyOf(row)))])
    .filter((task) => task !== null)
    .toSorted(
      (a, b) => b.rateAtLeast - a.rateAtLeast || b.wastedSeconds - a.wastedSeconds || (a.nodeId < b.nodeId ? -1 : 1),
    )
    .slice(0, limit)
}

const keyOf = ({ workflow, nodeId }: { workflow: string; nodeId: string }): string => JSON.stringify([workflow, nodeId])

async function runsOf(clickhouse: ClickHouse, range: Range): Promise<Runs[]> {
  const rolledUp = isOfWholeDays(range) && (await rollupAnswers(clickhouse, range))
  return clickhouse.ask(rolledUp ? ROLLUP : RUNS, rangeParameters(range))
}

/** Returns the streaks of tasks that fail often enough, and not too often. */
async function streaksOf(
  clickhouse: ClickHouse,
  range: Range,
  incidents: readonly Incidents[],
  runs: ReadonlyMap<string, number>,
): Promise<Map<string, Streaks>> {
  const candidates = incidents.filter((row) => {
    const rate = row.failedRuns / Math.max(1, runs.get(keyOf(row)) ?? 0)
    return row.failedRuns >= NEEDS_RUNS && rate >= LEAST_FAILURE_RATE && rate <= MOST_FAILURE_RATE
  })
  if (candidates.length === 0) return new Map()
  const rows = await clickhouse.ask(STREAKS, {
    ...rangeParameters(range),
    workflows: candidates.map(({ workflow }) => workflow),
    nodes: candidates.map(({ nodeId }) => nodeId),
  })
  return new Map(rows.map((row) => [keyOf(row), row]))
}

function recovering(row: Incidents, counted: number): FlakyTask | null {
  if (row.recoveredRuns < NEEDS_RUNS) return null
  // a task whose runs could not be counted ran at least in these
  const runs = Math.max(counted, row.recoveredRuns + row.failedRuns)
  return {
    ...described(row, 'recovers'),
    runs,
    rate: row.recoveredRuns / runs,
    rateAtLeast: wilsonLower(row.recoveredRuns, runs),
    wastedSeconds: row.recoveredWaste,
    backoffSeconds: row.recoveredBackoff,
  }
}

function intermittent(row: Incidents, sequence: Streaks | undefined): FlakyTask | null {
  if (sequence === undefined) return null
  const { runs, failures, streaks, mixed } = sequence
  const rate = failures / runs
  const often = rate >= LEAST_FAILURE_RATE && rate <= MOST_FAILURE_RATE
  if (mixed === 0 || !often || streaks < 2 || fewStreaks(streaks, failures, runs - failures) < OUTAGE) return null
  return {
    ...described(row, 'intermittent'),
    runs,
    failedRuns: failures,
    rate,
    rateAtLeast: wilsonLower(failures, runs),
    wastedSeconds: row.failedWaste,
    backoffSeconds: row.failedBackoff,
  }
}

function described(
  row: Incidents,
  kind: FlakyTask['kind'],
): Omit<FlakyTask, 'runs' | 'rate' | 'rateAtLeast' | 'wastedSeconds' | 'backoffSeconds'> {
  const { workflow, nodeId, recoveredRuns, failedRuns, errorType, errorMessage } = row
  const seen = { firstSeen: isoTime(row.firstSeen), lastSeen: isoTime(row.lastSeen) }
  return { workflow, nodeId, kind, recoveredRuns, failedRuns, ...seen, errorType, errorMessage }
}
