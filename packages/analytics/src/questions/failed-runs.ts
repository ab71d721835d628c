import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { RUN_ROWS } from '../sql/run-rows.ts'
import { ENDED_OR_OPEN, runsWhere, type WatchedRange, type WatchedRun } from '../sql/runs-where.ts'

/** A failed run, and whether a later run of its workflow has completed. */
export interface FailedRunFound extends WatchedRun {
  readonly completedSince: boolean
}

const CONDITION = `status = 'failed' AND ${ENDED_OR_OPEN}`

const LAST_COMPLETED = defineQuery({
  name: 'failed-runs/last completed',
  sql: `SELECT workflow, toString(max(start)) AS lastStart FROM ${RUN_ROWS}
WHERE workflow IN {workflows:Array(String)} AND status = 'completed' GROUP BY workflow`,
  columns: (z) => ({ workflow: z.string(), lastStart: z.string() }),
})

/** Returns runs that failed in `[from, to)`, and open findings from before; at most 2,000. Throws `ClickHouseError`. */
export async function failedRuns(clickhouse: ClickHouse, range: WatchedRange): Promise<FailedRunFound[]> {
  const failed = await runsWhere(clickhouse, { name: 'failed-runs', condition: CONDITION }, range)
  if (failed.length === 0) return []
  const workflows = [...new Set(failed.map(({ workflow }) => workflow))]
  const completed = await clickhouse.ask(LAST_COMPLETED, { workflows })
  const lastStart = new Map(completed.map((row) => [row.workflow, row.lastStart]))
  // both times are as ClickHouse prints them
  return failed.map((run) => ({ ...run, completedSince: (lastStart.get(run.workflow) ?? '') > run.start }))
}
