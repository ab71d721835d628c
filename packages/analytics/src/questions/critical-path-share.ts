import type { ClickHouse } from '@runspan/clickhouse'

import { type Range, rangeParameters, TASKS_IN_RANGE } from '../run-rows.ts'

/** What part of the critical path a task takes, 0–1, over some runs. */
export interface PathShare {
  readonly nodeId: string
  readonly share: number
  /** Seconds on the path: running, and waiting before it. */
  readonly selfSeconds: number
  readonly waitSeconds: number
}

/** About this many runs are looked at: the standard error of a share is then below 1.6 points. */
const SAMPLE_RUNS = 1000

/** About so many a day: attempts a task. To count the runs themselves would read all their ids. */
const DAYS_SQL = `SELECT toFloat64(toUnixTimestamp(toDateTime(toDate(start), 'UTC'))) AS day, count() / greatest(1, uniq(node_id)) AS runs
FROM workflow_tasks WHERE ${TASKS_IN_RANGE} GROUP BY day ORDER BY day DESC`

/**
 * Walks each sampled run backwards. With declared dependencies (critical path method): from the attempt that ended last to
 * the dependency that ended last, a retry to the attempt before. Without: to the last attempt that ended before the cursor, with 1 ms of tolerance, as the
 * walks of Jaeger UI and Uber's CRISP do. Plain arrays of hashes: lambdas copy what they capture for every element.
 * Not FINAL, which would read all columns of all runs before the sample is taken: repeated records are dropped after it.
 */
const SQL = `
WITH toInt64(1000000) AS tolerance
SELECT any(name) AS nodeId, sum(self) / 1e9 AS selfSeconds, sum(wait) / 1e9 AS waitSeconds, ifNotFinite((sum(self) + sum(wait)) / sum(sum(self) + sum(wait)) OVER (), 0) AS share
FROM (SELECT arrayJoin(arrayZip(arrayMap(i -> N[i], path), arrayMap(i -> E[i] - S[i], path),
        arrayMap((i, p) -> greatest(0, S[i] - if(p = 0, run_start, E[p])), path, arrayPopBack(arrayPushFront(path, toUInt32(0)))))) AS x,
      x.1 AS node, x.2 AS self, x.3 AS wait
  FROM (SELECT N, S, E, run_start,
      if(arrayExists(d -> notEmpty(d), D),
        arrayReverse(arrayFilter(i -> i > 0, arrayFold((path, k) -> if(path[-1] = 0, path, arrayPushBack(path, before[path[-1]])), range(length(N)), [toUInt32(1)]))),
        arrayReverse(arrayFold((walk, s, e, i) -> if(e <= walk.1 + tolerance AND s < walk.1, (s, arrayPushBack(walk.2, toUInt32(i))), walk), S, E, arrayEnumerate(N), (E[1] + 1, CAST([] AS Array(UInt32)))).2)) AS path
    FROM (SELECT N, S, E, D, run_start,
        arrayMap((n, a, d) -> toUInt32(if(a > 1, arrayFirstIndex((m, b) -> m = n AND b = a - 1, N, A), if(empty(d), 0, arrayFirstIndex(m -> has(d, m), N)))), N, A, D) AS before
      FROM (SELECT run_id, min(s) AS run_start, arraySort(x -> (-x.4, -x.3), groupArray((node, attempt, s, e, deps))) AS T, T.1 AS N, T.2 AS A, T.3 AS S, T.4 AS E, T.5 AS D
        FROM (SELECT run_id, cityHash64(node_id) AS node, attempt, status, toUnixTimestamp64Nano(start) AS s, s + toInt64(duration_ns) AS e, arrayMap(d -> cityHash64(d), dependencies) AS deps
          FROM workflow_tasks
          PREWHERE ${TASKS_IN_RANGE} AND cityHash64(run_id) % {every:UInt32} = 0
          ORDER BY ver DESC LIMIT 1 BY node_id, start, task_id, attempt)
        WHERE status IN ('completed', 'failed', 'cancelled')
        GROUP BY run_id)))) AS steps
INNER JOIN (SELECT DISTINCT cityHash64(node_id) AS node, toString(node_id) AS name FROM workflow_tasks WHERE ${TASKS_IN_RANGE}) AS names USING node
GROUP BY node ORDER BY share DESC, nodeId`

/**
 * Share of the critical path by task over about 1,000 runs of a workflow, the latest of the range, largest share first: what decides
 * the time today, from few daily partitions. Throws `ClickHouseError`.
 */
export async function criticalPathShare(
  clickhouse: ClickHouse,
  range: Range & { readonly workflow: string },
): Promise<PathShare[]> {
  const parameters = rangeParameters(range)
  const days = await clickhouse.query<{ day: number; runs: number }>(DAYS_SQL, parameters)
  let runs = 0
  let since = parameters.from
  for (const { day, runs: more } of days) {
    runs += more
    since = Math.max(parameters.from, day)
    if (runs >= SAMPLE_RUNS) break
  }
  return clickhouse.query<PathShare>(SQL, {
    ...parameters,
    from: since,
    every: Math.max(1, Math.round(runs / SAMPLE_RUNS)),
  })
}
