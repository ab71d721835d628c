import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { checkLimit } from '../parameters/check-limit.ts'
import { runsById } from '../sql/find-run.ts'
import { AROUND_RUNS, IN_RANGE, type Range, rangeParameters, RUN_ROWS } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { GROUP_NAME } from './task-groups.ts'

/** Duration of the tasks of a name in one run. */
export interface HeatmapCell {
  readonly runId: string
  /** Name without the index in brackets. */
  readonly name: string
  /** Median of the completed tasks; null if none completed. */
  readonly medianSeconds: number | null
  /** Tasks that permanently failed, needed more than one attempt, or were skipped. */
  readonly failed: number
  readonly retried: number
  readonly skipped: number
}

const RUNS_SQL = `SELECT run_id FROM ${RUN_ROWS} WHERE ${IN_RANGE} ORDER BY start DESC, run_id DESC
  LIMIT {limit:UInt32}`

const SQL = `
SELECT run_id AS runId, name, if(countIf(last = 'completed') = 0, NULL,
  quantileExactIf(0.5)(took, last = 'completed') / 1e9) AS medianSeconds,
  toFloat64(countIf(last = 'failed')) AS failed, toFloat64(countIf(attempts > 1)) AS retried,
    toFloat64(countIf(last = 'skipped')) AS skipped
FROM (
  SELECT run_id, ${GROUP_NAME} AS name, argMax(status, (attempt, start)) AS last, max(attempt) AS attempts,
    argMax(duration_ns, (attempt, start)) AS took
  FROM workflow_tasks FINAL
  WHERE workflow = {workflow:String} AND run_id IN {ids:Array(String)} AND ${AROUND_RUNS}
  GROUP BY run_id, node_id
)
GROUP BY run_id, name
ORDER BY run_id, name
SETTINGS do_not_merge_across_partitions_select_final = 1`

const RUNS = defineQuery({ name: 'task-heatmap/runs', sql: RUNS_SQL, columns: (z) => ({ run_id: z.string() }) })

const CELLS = defineQuery({
  name: 'task-heatmap',
  sql: SQL,
  columns: (z) => ({
    runId: z.string(),
    name: z.string(),
    medianSeconds: z.nullable(z.number()),
    failed: z.number(),
    retried: z.number(),
    skipped: z.number(),
  }),
})

/**
 * Returns tasks by shared name and run over the latest runs of a range, 60 by default. Throws `ClickHouseError`,
 * `INVALID_LIMIT`.
 */
export async function taskHeatmap(
  clickhouse: ClickHouse,
  range: Range & { readonly workflow: string; readonly limit?: number },
): Promise<HeatmapCell[]> {
  const limit = checkLimit(range.limit, 60)
  const latest = await clickhouse.ask(RUNS, { ...rangeParameters(range), limit })
  const runs = await runsById(
    clickhouse,
    latest.map(({ run_id }) => run_id),
  )
  if (runs.length === 0) return []
  const [rows, ids] = await Promise.all([
    clickhouse.ask(CELLS, {
      workflow: range.workflow,
      ids: runs.map(({ run_id }) => run_id),
      from: runs.map(({ start }) => start).reduce((a, b) => (a < b ? a : b)),
      to: runs.map(({ end }) => end).reduce((a, b) => (a > b ? a : b)),
    }),
    shownIds(clickhouse, runs),
  ])
  return rows.map((row) => ({ ...row, runId: ids.get(row.runId) ?? row.runId }))
}
