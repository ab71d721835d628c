import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

/** State of a database. */
export interface DatabaseState {
  /** Version of ClickHouse. */
  readonly version: string
  /** Number of runs in the tables. */
  readonly runs: number
}

const STATE = defineQuery({
  name: 'database-state',
  sql: 'SELECT version() AS version, (SELECT toFloat64(uniqExact(run_id)) FROM workflow_runs) AS runs',
  columns: (z) => ({ version: z.string(), runs: z.number() }),
})

/** Returns the version of ClickHouse and how many runs there are. Throws `ClickHouseError`. */
export async function databaseState(clickhouse: ClickHouse): Promise<DatabaseState> {
  const [row] = await clickhouse.ask(STATE)
  return row!
}
