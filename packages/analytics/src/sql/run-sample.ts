import { type ClickHouse, defineQuery, type RowOf } from '@runspan/clickhouse'

import type { PathTask, SampledRun } from '../replay/critical-path.ts'
import { type Range, rangeParameters, RUN_ROWS, runColumns, TASKS_IN_RANGE } from './run-rows.ts'
import { timeOf } from './time-of.ts'

/** Approximate number of sampled runs: the standard error of a share of the critical path is then below 1.6 points. */
const SAMPLE_RUNS = 1000
/** Maximum sampled tasks; runs of many tasks give a smaller sample. */
const SAMPLE_TASKS = 200_000

/** Attempts from which the rollup is used for the days: it is accurate enough, and fast. */
const MANY_TASKS = 100_000

const DAYS_OF_ROLLUP_SQL = `SELECT toFloat64(toUnixTimestamp(toDateTime(day, 'UTC'))) AS day,
  (sum(n) + sum(s.skipped)) / greatest(1, uniq(node_id)) AS runs, toFloat64(sum(n) + sum(s.skipped)) AS tasks
FROM workflow_task_stats AS s FINAL WHERE workflow = {workflow:String} AND s.day >= toDate(${timeOf('{from:Float64}')})
  AND ({to:Float64} = 0 OR toUnixTimestamp(toDateTime(s.day, 'UTC')) < {to:Float64})
GROUP BY day ORDER BY day DESC`

/** Approximate runs a day: attempts ÷ tasks. Counting the runs themselves would read all their ids. */
const DAYS_SQL = `SELECT toFloat64(toUnixTimestamp(toDateTime(toDate(start), 'UTC'))) AS day,
  count() / greatest(1, uniq(node_id)) AS runs, toFloat64(count()) AS tasks
FROM workflow_tasks WHERE ${TASKS_IN_RANGE} GROUP BY day ORDER BY day DESC`

/**
 * Plain arrays, a row a run. Not FINAL, which would read all columns of all runs before sampling: repeated records are
 * removed afterwards. Spans and parents are only read if a task ran inside another.
 */
const SQL = `
SELECT run_id, groupArray(node_id) AS nodes, groupArray(attempt) AS attempts, groupArray(s) AS starts, min(s) AS first,
  arrayMap(x -> (x - first) / 1e9, starts) AS begins,
  groupArray(duration_ns / 1e9) AS durations, groupArray(dependencies) AS deps, groupArray(task_id) AS ids,
    groupArray(status = 'skipped') AS skips,
  groupArray(parent) AS above, groupArray(span) AS own,
    if(hasAny(own, above), arrayMap(p -> indexOf(own, p), above), []) AS parents
FROM (SELECT run_id, toString(node_id) AS node_id, attempt, status, toUnixTimestamp64Nano(start) AS s, duration_ns,
  dependencies, task_id, cityHash64(span_id) AS span, if(parent_span_id = '', 0, cityHash64(parent_span_id)) AS parent
  FROM workflow_tasks
  PREWHERE ${TASKS_IN_RANGE} AND cityHash64(run_id) % {every:UInt32} = 0
  ORDER BY ver DESC LIMIT 1 BY node_id, start, task_id, attempt)
WHERE status IN ('completed', 'failed', 'cancelled', 'skipped')
GROUP BY run_id`

/** Columns of the sample that are sent. */
const SELECT = `SELECT run_id, nodes, attempts, begins, durations, deps, ids, skips, parents FROM (${SQL})`

/** Parents are positions from 1; 0 if the parent is not a task of the run. */
const SAMPLE = defineQuery({
  name: 'run-sample',
  sql: SELECT,
  columns: (z) => ({
    run_id: z.string(),
    nodes: z.array(z.string()),
    attempts: z.array(z.number()),
    begins: z.array(z.number()),
    durations: z.array(z.number()),
    deps: z.array(z.array(z.string())),
    ids: z.array(z.string()),
    skips: z.array(z.number()),
    parents: z.array(z.number()),
  }),
})

const daysQuery = (name: string, sql: string) =>
  defineQuery({ name, sql, columns: (z) => ({ day: z.number(), runs: z.number(), tasks: z.number() }) })
const DAYS_OF_ROLLUP = daysQuery('run-sample/days of rollup', DAYS_OF_ROLLUP_SQL)
const DAYS = daysQuery('run-sample/days', DAYS_SQL)

/**
 * Returns the ended attempts of about 1,000 runs of a workflow, the latest of the range, in any status. They show what
 * decides the duration today, and are in few daily partitions. They are selected by a hash of the run, so the same ones each
 * time.
 */
export async function sampleRuns(
  clickhouse: ClickHouse,
  range: Range & { readonly workflow: string },
): Promise<SampledRun[]> {
  const parameters = rangeParameters(range)
  const days = await daysOf(clickhouse, parameters)
  let [runs, tasks, from] = [0, 0, parameters.from]
  for (const day of days) {
    runs += day.runs
    tasks += day.tasks
    from = Math.max(parameters.from, day.day)
    if (runs >= SAMPLE_RUNS || tasks >= SAMPLE_TASKS) break
  }
  const every = Math.max(1, Math.round(runs / SAMPLE_RUNS), Math.ceil(tasks / SAMPLE_TASKS))
  return (await clickhouse.ask(SAMPLE, { ...parameters, from, every })).map(sampledRun)
}

/** Returns days, latest first. */
async function daysOf(
  clickhouse: ClickHouse,
  parameters: Readonly<Record<string, unknown>>,
): Promise<RowOf<typeof DAYS>[]> {
  const rolledUp = await clickhouse.ask(DAYS_OF_ROLLUP, parameters)
  const known = rolledUp.reduce((sum, { tasks }) => sum + tasks, 0)
  return known > MANY_TASKS ? rolledUp : clickhouse.ask(DAYS, parameters)
}

function sampledRun(row: RowOf<typeof SAMPLE>): SampledRun {
  return {
    runId: row.run_id,
    tasks: row.nodes.map((nodeId, i): PathTask => {
      const parent = row.parents[i] ?? 0
      return {
        nodeId,
        taskId: row.ids[i]!,
        attempt: row.attempts[i]!,
        start: row.begins[i]!,
        end: row.begins[i]! + row.durations[i]!,
        dependencies: row.deps[i]!,
        parentTaskId: parent === 0 || parent === i + 1 ? undefined : row.ids[parent - 1],
        skipped: row.skips[i] === 1 ? true : undefined,
      }
    }),
  }
}

const STATUS_SQL = `SELECT run_id, status, start FROM ${RUN_ROWS} WHERE run_id IN {ids:Array(String)} AND ended
  AND status != 'lost' ORDER BY start`

const STATUSES = defineQuery({
  name: 'run-sample/statuses',
  sql: STATUS_SQL,
  columns: (z) => {
    const { run_id, status, start } = runColumns(z)
    return { run_id, status, start }
  },
})

/** Returns the ended runs of a sample, oldest first: of the others only the short tasks are known. */
export async function endedOnly(clickhouse: ClickHouse, sample: readonly SampledRun[]): Promise<SampledRun[]> {
  return chosen(clickhouse, sample, () => true)
}

/** Returns the completed runs of a sample, oldest first. */
export async function completedOnly(clickhouse: ClickHouse, sample: readonly SampledRun[]): Promise<SampledRun[]> {
  return chosen(clickhouse, sample, (status) => status === 'completed')
}

async function chosen(
  clickhouse: ClickHouse,
  sample: readonly SampledRun[],
  wanted: (status: string) => boolean,
): Promise<SampledRun[]> {
  if (sample.length === 0) return []
  const rows = await clickhouse.ask(STATUSES, {
    ids: sample.map(({ runId }) => runId),
  })
  const byId = new Map(sample.map((run) => [run.runId, run]))
  return rows.filter(({ status }) => wanted(status)).map(({ run_id }) => byId.get(run_id)!)
}
