import { type ClickHouse, ClickHouseError, rollUpTasks } from '@runspan/clickhouse'

/**
 * Brings the rollup of a workflow up to date; false where this user may only read, and nobody can say whether it is. Of all workflows it is a minute behind, of
 * millions of attempts a day up to half an hour: a view refreshes it.
 */
export async function isRolledUp(clickhouse: ClickHouse, workflow: string | undefined): Promise<boolean> {
  if (workflow === undefined || workflow === '') return true
  try {
    await rollUpTasks(clickhouse, workflow)
    return true
  } catch (error) {
    if (error instanceof ClickHouseError && error.code === 'ACCESS_DENIED') return false
    throw error
  }
}
