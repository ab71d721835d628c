import { type ClickHouse, defineQuery, TASK_CPU_NS } from '@runspan/clickhouse'

import { checkTimeZone } from '../parameters/time-zone.ts'
import { DAYS_IN_RANGE, isOfWholeDays, rollupAnswers } from '../sql/roll-up.ts'
import { ANY_TASKS_IN_RANGE, type Range, rangeParameters } from '../sql/run-rows.ts'

/** Prices in any currency; no default prices exist. */
export interface Prices {
  readonly perCpuSecond: number
  readonly perGigabyteSecond: number
}

/** Resources and cost of work. The cost is null without prices. */
export interface Cost {
  readonly workflow: string
  readonly nodeId: string | null
  readonly day: string | null
  readonly attempts: number
  readonly cpuSeconds: number
  /** Memory peak × duration ÷ concurrency, an upper bound. */
  readonly gigabyteSeconds: number
  readonly cost: number | null
  /** CPU seconds of attempts that did not complete. */
  readonly wastedCpuSeconds: number
  readonly wastedGigabyteSeconds: number
  readonly wastedCost: number | null
  /** True if CPU time was divided among concurrent tasks, or waste among failed ones. */
  readonly estimated: boolean
}

export interface CostsQuestion extends Range {
  readonly by?: 'workflow' | 'task' | 'day' | undefined
  readonly prices?: Prices | undefined
  readonly timeZone?: string | undefined
}

/** SQL of an attempt's gigabytes (decimal) × seconds: the process's peak divided by the number of concurrent tasks. */
export const GIGABYTE_SECONDS = 'memory_peak_bytes / 1e9 * duration_ns / 1e9 / greatest(concurrency, 1)'

const EXACT_SQL = `
SELECT toString(workflow) AS workflow, if({by:String} = 'task', toNullable(toString(node_id)), NULL) AS nodeId,
  if({by:String} = 'day', toNullable(toString(toDate(toTimeZone(start, {tz:String})))), NULL) AS day,
  toFloat64(count()) AS attempts, sum(${TASK_CPU_NS}) / 1e9 AS cpuSeconds, sum(${GIGABYTE_SECONDS}) AS gigabyteSeconds,
  sumIf(${TASK_CPU_NS}, status != 'completed') / 1e9 AS wastedCpuSeconds,
    sumIf(${GIGABYTE_SECONDS}, status != 'completed') AS wastedGigabyteSeconds,
  countIf(cpu_own_ns = 0 AND concurrency > 1 AND cpu_user_ns + cpu_system_ns > 0) > 0 AS estimated
FROM workflow_tasks FINAL WHERE ${ANY_TASKS_IN_RANGE} AND status NOT IN ('skipped', 'pending')
GROUP BY workflow, nodeId, day
ORDER BY day, cpuSeconds DESC, workflow, nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

/** Waste is estimated from the time of failed attempts. */
const ROLLUP_SQL = `
SELECT toString(s.workflow) AS workflow, if({by:String} = 'task', toNullable(toString(node_id)), NULL) AS nodeId,
  if({by:String} = 'day', toNullable(toString(s.day)), NULL) AS day,
  toFloat64(sum(n)) AS attempts, sum(cpu_ns) / 1e9 AS cpuSeconds, sum(gigabyte_seconds) AS gigabyteSeconds,
  sum(cpu_ns * least(1, failed_ns / greatest(1, duration_ns))) / 1e9 AS wastedCpuSeconds,
    sum(gigabyte_seconds * least(1, failed_ns / greatest(1, duration_ns))) AS wastedGigabyteSeconds, 1 AS estimated
FROM workflow_task_stats AS s FINAL
WHERE s.n > 0 AND ${DAYS_IN_RANGE}
GROUP BY workflow, nodeId, day
ORDER BY day, cpuSeconds DESC, workflow, nodeId`

const costsQuery = (name: string, sql: string) =>
  defineQuery({
    name,
    sql,
    columns: (z) => ({
      workflow: z.string(),
      nodeId: z.nullable(z.string()),
      day: z.nullable(z.string()),
      attempts: z.number(),
      cpuSeconds: z.number(),
      gigabyteSeconds: z.number(),
      wastedCpuSeconds: z.number(),
      wastedGigabyteSeconds: z.number(),
      estimated: z.number(),
    }),
  })
const EXACT = costsQuery('costs/exact', EXACT_SQL)
const ROLLUP = costsQuery('costs/rollup', ROLLUP_SQL)

/**
 * Returns what the attempts of a range used and cost, the most expensive first, by workflow, task or day. CPU seconds are the
 * task's own if they are attributed, else the process's divided by concurrency. Gigabyte-seconds are peak × duration ÷
 * concurrency, an upper bound. Failed attempts are included and also shown separately. Attempts that have not ended have no
 * measurements yet.
 * Throws `ClickHouseError`, `INVALID_TIME_ZONE`.
 */
export async function costs(clickhouse: ClickHouse, question: CostsQuestion = {}): Promise<Cost[]> {
  const { by = 'workflow', prices } = question
  const tz = checkTimeZone(question.timeZone)
  const parameters = { ...rangeParameters(question), by, tz }
  const rolledUp = tz === 'UTC' && isOfWholeDays(question) && (await rollupAnswers(clickhouse, question))
  const rows = await clickhouse.ask(rolledUp ? ROLLUP : EXACT, parameters)
  return rows.map((row) => ({
    ...row,
    cost: priceOf(row.cpuSeconds, row.gigabyteSeconds, prices),
    wastedCost: priceOf(row.wastedCpuSeconds, row.wastedGigabyteSeconds, prices),
    estimated: row.estimated === 1,
  }))
}

/** Returns a cost; null without prices. */
export function priceOf(cpuSeconds: number, gigabyteSeconds: number, prices: Prices | undefined): number | null {
  if (prices === undefined) return null
  return cpuSeconds * prices.perCpuSecond + gigabyteSeconds * prices.perGigabyteSecond
}
