import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { OF_WORKFLOW, RUN_ROWS, runColumns, type RunRow } from './run-rows.ts'
import { shownIds } from './shown-ids.ts'

/** A run that meets a watched condition. Times are as ClickHouse prints them. */
export interface WatchedRun extends RunRow {
  readonly error: string
  /** Id as it is shown. */
  readonly shownId: string
}

/** Which runs are watched: those that ended in `[from, to)`, and open findings. */
export interface WatchedRange {
  readonly workflow?: string | undefined
  readonly from: Date
  readonly to: Date
  /** Internal ids of open findings, which are checked again, however old. */
  readonly open?: readonly string[] | undefined
}

/** Maximum runs that are read: open findings first, then the newest. */
const MOST_RUNS = 2000

/** Condition: ended in the range, or an open finding. */
export const ENDED_OR_OPEN: string = `((toUnixTimestamp64Nano(end) >= {from:Float64} * 1e9 AND toUnixTimestamp64Nano(end) < {to:Float64} * 1e9)
    OR run_id IN {open:Array(String)})`

const runsQuery = (name: string, condition: string) =>
  defineQuery({
    name,
    sql: `SELECT run_id, run_key, engine, workflow, trace_id, status, ended, start, end, duration_ns, error
      FROM ${RUN_ROWS}
    WHERE ${OF_WORKFLOW} AND ${condition}
    ORDER BY run_id IN {open:Array(String)} DESC, start DESC, run_id LIMIT ${MOST_RUNS}`,
    columns: (z) => ({ ...runColumns(z), error: z.string() }),
  })

/**
 * Returns runs that meet a condition on `RUN_ROWS`, open findings first, then newest first; `{from}`, `{to}` and `{open}` are
 * bound. `name` is that of the question.
 */
export async function runsWhere(
  clickhouse: ClickHouse,
  asked: { readonly name: string; readonly condition: string; readonly limit?: number },
  { workflow, from, to, open = [] }: WatchedRange,
): Promise<WatchedRun[]> {
  const rows = await clickhouse.ask(runsQuery(asked.name, asked.condition), {
    workflow: workflow ?? '',
    from: from.getTime() / 1000,
    to: to.getTime() / 1000,
    open,
    ...(asked.limit === undefined ? {} : { limit: asked.limit }),
  })
  const ids = await shownIds(clickhouse, rows)
  return rows.map((row) => ({ ...row, shownId: ids.get(row.run_id)! }))
}
