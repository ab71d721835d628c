import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { dateOf } from '../clickhouse-time.ts'
import { RUN_ROWS } from '../sql/run-rows.ts'

const LAST_START = defineQuery({
  name: 'last-start',
  sql: `SELECT toString(max(start)) AS lastStart, toFloat64(count()) AS runs FROM ${RUN_ROWS}
WHERE workflow = {workflow:String} AND toUnixTimestamp64Nano(start) < {to:Float64} * 1e9`,
  columns: (z) => ({ lastStart: z.string(), runs: z.number() }),
})

/** Returns when the last run of a workflow started before a time; null if none did. Throws `ClickHouseError`. */
export async function lastStart(
  clickhouse: ClickHouse,
  { workflow, to }: { readonly workflow: string; readonly to: Date },
): Promise<Date | null> {
  const [row] = await clickhouse.ask(LAST_START, { workflow, to: to.getTime() / 1000 })
  return row === undefined || row.runs === 0 ? null : dateOf(row.lastStart)
}
