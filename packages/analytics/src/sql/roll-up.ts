import { type ClickHouse, ClickHouseError, defineQuery, rollUpTasks } from '@runspan/clickhouse'

import { ANY_TASKS_IN_RANGE, type Range, rangeParameters } from './run-rows.ts'
import { timeOf } from './time-of.ts'

/** Maximum attempts of a range for which questions are answered from all of them. */
export const EXACT_ROWS = 500_000

const COUNT_SQL = `SELECT toFloat64(count()) AS rows FROM workflow_tasks WHERE ${ANY_TASKS_IN_RANGE}`

const COUNT = defineQuery({ name: 'roll-up/count', sql: COUNT_SQL, columns: (z) => ({ rows: z.number() }) })

/** Days of `workflow_task_stats AS s` within a range of whole days, of one workflow if given. */
export const DAYS_IN_RANGE: string = `({workflow:String} = '' OR s.workflow = {workflow:String})
  AND s.day >= toDate(${timeOf('{from:Float64}')}) AND ({to:Float64} = 0 OR s.day < toDate(${timeOf('{to:Float64}')}))`

const DAY_MS = 86_400_000

/** Returns whether a range starts and ends at midnight UTC, like the days of the rollup. */
export function isOfWholeDays({ from, to }: Range): boolean {
  return [from, to].every((time) => time === undefined || time.getTime() % DAY_MS === 0)
}

/**
 * Returns whether the daily rollup answers for a range: it has more attempts than `EXACT_ROWS`, and the rollup is up to date.
 * For one workflow the rollup is updated now; a user who may only read cannot do that, so the rollup does not answer. For all
 * workflows a view refreshes it: it is a minute behind, or up to half an hour with millions of attempts a day.
 * Throws `ClickHouseError`.
 */
export async function rollupAnswers(
  clickhouse: ClickHouse,
  range: Range,
  exactRows: number = EXACT_ROWS,
): Promise<boolean> {
  const [size] = await clickhouse.ask(COUNT, rangeParameters(range))
  return (size?.rows ?? 0) > exactRows && (await isRolledUp(clickhouse, range.workflow))
}

async function isRolledUp(clickhouse: ClickHouse, workflow: string | undefined): Promise<boolean> {
  if (workflow === undefined || workflow === '') return true
  try {
    await rollUpTasks(clickhouse, workflow)
    return true
  } catch (error) {
    if (error instanceof ClickHouseError && error.code === 'ACCESS_DENIED') return false
    throw error
  }
}
