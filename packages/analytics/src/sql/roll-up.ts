import { type ClickHouse, ClickHouseError, defineQuery, rollUpTasks } from '@runspan/clickhouse'

import { ANY_TASKS_IN_RANGE, type Range, rangeParameters } from './run-rows.ts'
import { timeOf } from './time-of.ts'

/** Up to so many attempts of a range questions are answered from all of them. */
export const EXACT_ROWS = 500_000

const COUNT_SQL = `SELECT toFloat64(count()) AS rows FROM workflow_tasks WHERE ${ANY_TASKS_IN_RANGE}`

const COUNT = defineQuery({ name: 'roll-up/count', sql: COUNT_SQL, columns: (z) => ({ rows: z.number() }) })

/** Days of `workflow_task_stats AS s` within a range of whole days, of a workflow where one is given. */
export const DAYS_IN_RANGE: string = `({workflow:String} = '' OR s.workflow = {workflow:String})
  AND s.day >= toDate(${timeOf('{from:Float64}')}) AND ({to:Float64} = 0 OR s.day < toDate(${timeOf('{to:Float64}')}))`

const DAY_MS = 86_400_000

/** Whether a range begins and ends with days, UTC, as those of the rollup do. */
export function isOfWholeDays({ from, to }: Range): boolean {
  return [from, to].every((time) => time === undefined || time.getTime() % DAY_MS === 0)
}

/**
 * Whether the daily rollup answers for a range: there is more than is answered from all attempts, and it is up to date. Of one workflow it is brought up to date; where
 * this user may only read, nobody can say whether it is. Of all workflows it is a minute behind, of millions of attempts a day up to half an hour: a view refreshes it.
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
