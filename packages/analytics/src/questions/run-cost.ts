import { type ClickHouse, defineQuery, TASK_CPU_NS } from '@runspan/clickhouse'

import { dateOf } from '../clickhouse-time.ts'
import { requireRun } from '../sql/find-run.ts'
import type { RunDetails } from '../sql/run-rows.ts'
import { AROUND_RUNS } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { type Interval, union } from '../statistics/intervals.ts'
import { GIGABYTE_SECONDS, priceOf, type Prices } from './costs.ts'

/** Cost of one run. */
export interface RunCost {
  readonly runId: string
  readonly workflow: string
  readonly cpuSeconds: number
  readonly gigabyteSeconds: number
  readonly cost: number | null
  readonly wastedCpuSeconds: number
  /**
   * `samples`: memory of its process while its tasks ran, counted once. `tasks`: sum of the tasks' peaks, an upper bound.
   */
  readonly memoryFrom: 'samples' | 'tasks' | 'none'
  readonly estimated: boolean
  readonly tasks: readonly {
    readonly nodeId: string
    readonly attempts: number
    readonly cpuSeconds: number
    readonly gigabyteSeconds: number
    readonly cost: number | null
  }[]
}

const TASKS_SQL = `
SELECT toString(node_id) AS nodeId, toFloat64(count()) AS attempts, sum(${TASK_CPU_NS}) / 1e9 AS cpuSeconds,
  sum(${GIGABYTE_SECONDS}) AS gigabyteSeconds,
  sumIf(${TASK_CPU_NS}, status != 'completed') / 1e9 AS wasted,
    countIf(cpu_own_ns = 0 AND concurrency > 1 AND cpu_user_ns + cpu_system_ns > 0) > 0 AS estimated,
  max(memory_peak_bytes) > 0 AS measured, groupArray((toUnixTimestamp64Milli(start) / 1000.,
    toUnixTimestamp64Milli(start) / 1000. + duration_ns / 1e9)) AS intervals
FROM workflow_tasks FINAL
WHERE workflow = {workflow:String} AND run_id = {id:String} AND ${AROUND_RUNS} AND status NOT IN ('skipped', 'pending')
GROUP BY node_id ORDER BY cpuSeconds DESC, nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

const WINDOW = `ServiceName = {service:String} AND MetricName = 'process.memory.usage' AND ResourceAttributes['service.instance.id'] = {instance:String}
    AND TimeUnix >= {from:DateTime} - 120 AND TimeUnix <= {to:DateTime}`

/** Resident memory of the run's process, the mean of each step. */
const SAMPLES_SQL = `
SELECT toFloat64(toUnixTimestamp(toStartOfInterval(time, toIntervalSecond({step:UInt32}), 'UTC'))) AS at,
  avg(value) AS bytes
FROM (
  SELECT time, sum(value) AS value FROM (
    SELECT toDateTime(TimeUnix) AS time, Attributes, max(Value) AS value FROM otel_metrics_gauge WHERE ${WINDOW}
      GROUP BY time, Attributes
    UNION ALL
    SELECT toDateTime(TimeUnix) AS time, Attributes, max(Value) AS value FROM otel_metrics_sum WHERE ${WINDOW}
      GROUP BY time, Attributes)
  GROUP BY time)
GROUP BY at ORDER BY at`

const TASKS = defineQuery({
  name: 'run-cost',
  sql: TASKS_SQL,
  columns: (z) => ({
    nodeId: z.string(),
    attempts: z.number(),
    cpuSeconds: z.number(),
    gigabyteSeconds: z.number(),
    wasted: z.number(),
    estimated: z.number(),
    measured: z.number(),
    intervals: z.array(z.tuple([z.number(), z.number()])),
  }),
})

const SAMPLES = defineQuery({
  name: 'run-cost/memory',
  sql: SAMPLES_SQL,
  columns: (z) => ({ at: z.number(), bytes: z.number() }),
})

/**
 * Returns what one run used and cost, by task. Its memory is that of its process, from samples, over the time in which its
 * tasks ran. Overlapping tasks share one process, so adding up their peaks would count it several times. Without samples that
 * sum, by their parts, is the upper bound. For a run that has not ended: what its ended attempts used.
 * Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`.
 */
export async function runCost(
  clickhouse: ClickHouse,
  question: { readonly runId: string; readonly prices?: Prices | undefined },
): Promise<RunCost> {
  const run = await requireRun(clickhouse, question.runId)
  const parameters = { workflow: run.workflow, id: run.run_id, from: run.start, to: run.end }
  const [rows, ids] = await Promise.all([clickhouse.ask(TASKS, parameters), shownIds(clickhouse, [run])])
  const busy = union(rows.flatMap(({ intervals }) => intervals.map(([from, to]) => ({ from, to }))))
  const sampled = await gigabyteSecondsOver(clickhouse, run, busy)
  const measured = rows.some((row) => row.measured === 1)
  const cpuSeconds = rows.reduce((sum, row) => sum + row.cpuSeconds, 0)
  const gigabyteSeconds = sampled ?? rows.reduce((sum, row) => sum + row.gigabyteSeconds, 0)
  return {
    runId: ids.get(run.run_id)!,
    workflow: run.workflow,
    cpuSeconds,
    gigabyteSeconds,
    cost: priceOf(cpuSeconds, gigabyteSeconds, question.prices),
    wastedCpuSeconds: rows.reduce((sum, { wasted }) => sum + wasted, 0),
    memoryFrom: sampled !== null ? 'samples' : measured ? 'tasks' : 'none',
    estimated: rows.some(({ estimated }) => estimated === 1),
    tasks: rows.map(({ nodeId, attempts, cpuSeconds: cpu, gigabyteSeconds: memory }) => ({
      nodeId,
      attempts,
      cpuSeconds: cpu,
      gigabyteSeconds: memory,
      cost: priceOf(cpu, memory, question.prices),
    })),
  }
}

/** Maximum steps that are read. */
const MOST_STEPS = 10_000

/** Returns gigabyte-seconds; null if no sample has the memory of the process. */
async function gigabyteSecondsOver(
  clickhouse: ClickHouse,
  run: RunDetails,
  busy: readonly Interval[],
): Promise<number | null> {
  const [first, last] = [busy[0], busy.at(-1)]
  if (run.instance === '' || first === undefined || last === undefined) return null
  const samples = await clickhouse.ask(SAMPLES, {
    service: run.service,
    instance: run.instance,
    from: Math.floor(Math.min(first.from, dateOf(run.start).getTime() / 1000)),
    to: Math.ceil(last.to),
    step: Math.max(1, Math.ceil((last.to - first.from) / MOST_STEPS)),
  })
  return samples.length === 0 ? null : integral(samples, busy) / 1e9
}

/**
 * Returns the area under samples over some stretches of time. Each sample is valid until the next, the first also before it.
 */
export function integral(
  samples: readonly { readonly at: number; readonly bytes: number }[],
  stretches: readonly Interval[],
): number {
  let area = 0
  for (const [i, { at, bytes }] of samples.entries()) {
    const from = i === 0 ? -Infinity : at
    const to = samples[i + 1]?.at ?? Infinity
    for (const stretch of stretches)
      area += bytes * Math.max(0, Math.min(to, stretch.to) - Math.max(from, stretch.from))
  }
  return area
}
