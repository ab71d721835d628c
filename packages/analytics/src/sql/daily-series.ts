import { type ClickHouse, type ColumnsOf, defineQuery, type Query } from '@runspan/clickhouse'

import { checkTimeZone } from '../parameters/time-zone.ts'
import { rollupAnswers } from './roll-up.ts'
import { ANY_TASKS_IN_RANGE, IN_RANGE, type Range, rangeParameters, RUN_ROWS } from './run-rows.ts'

/** Daily medians of completed attempts of a task, or of completed runs of a workflow. */
export interface DailySeries {
  readonly workflow: string
  /** Task; null for the runs. */
  readonly nodeId: string | null
  /** Days in order, `2026-11-24`, with nanoseconds. Days with too few are left out. */
  readonly points: readonly (readonly [string, number])[]
}

export interface SeriesQuestion extends Range {
  readonly timeZone?: string | undefined
}

/** Minimum completions of a day, and minimum days of a series. */
interface Least {
  readonly aDay: number
  readonly days: number
}

/** Returns SQL with one row a series. */
const series = (medians: string): string => `
SELECT toString(workflow) AS workflow, node AS nodeId, arraySort(groupArray((toString(day), middle))) AS points
FROM (${medians})
GROUP BY workflow, node HAVING length(points) >= {days:UInt32}
ORDER BY workflow, node
SETTINGS do_not_merge_across_partitions_select_final = 1`

const EXACT_SQL = series(`
  SELECT workflow, toNullable(toString(node_id)) AS node, toDate(toTimeZone(start, {tz:String})) AS day,
    toFloat64(quantileExact(0.5)(duration_ns)) AS middle
  FROM workflow_tasks FINAL WHERE ${ANY_TASKS_IN_RANGE} AND status = 'completed'
  GROUP BY workflow, node_id, day HAVING count() >= {aDay:UInt32}`)

/**
 * Days are UTC, medians within 1 % and of all completed or failed attempts. They are those of the day's version with the most
 * attempts, so that no states must be merged.
 */
const ROLLUP_SQL = series(`
  SELECT s.workflow AS workflow, toNullable(toString(s.node_id)) AS node, s.day AS day, argMax(p50_ns, n) AS middle
  FROM workflow_task_stats AS s FINAL
  WHERE ({workflow:String} = '' OR s.workflow = {workflow:String})
    AND ({from:Float64} = 0 OR s.day >= toDate(fromUnixTimestamp64Milli(toInt64({from:Float64} * 1000), 'UTC')))
    AND ({to:Float64} = 0 OR s.day < toDate(fromUnixTimestamp64Milli(toInt64({to:Float64} * 1000), 'UTC')))
  GROUP BY s.workflow, s.node_id, s.day HAVING sum(completed) >= {aDay:UInt32}`)

const RUNS_SQL = series(`
  SELECT workflow, CAST(NULL, 'Nullable(String)') AS node, toDate(toTimeZone(start, {tz:String})) AS day,
    toFloat64(quantileExact(0.5)(duration_ns)) AS middle
  FROM ${RUN_ROWS} WHERE ${IN_RANGE} AND status = 'completed'
  GROUP BY workflow, day HAVING count() >= {aDay:UInt32}`)

const seriesQuery = (name: string, sql: string): Query<ColumnsOf<DailySeries>> =>
  defineQuery({
    name,
    sql,
    columns: (z) => ({
      workflow: z.string(),
      nodeId: z.nullable(z.string()),
      points: z.array(z.readonly(z.tuple([z.string(), z.number()]))),
    }),
  })

const EXACT = seriesQuery('daily-series/exact', EXACT_SQL)
const ROLLUP = seriesQuery('daily-series/rollup', ROLLUP_SQL)
const RUNS = seriesQuery('daily-series/runs', RUNS_SQL)

/** Returns the series of tasks. Throws `INVALID_TIME_ZONE`. */
export async function taskSeries(
  clickhouse: ClickHouse,
  question: SeriesQuestion,
  least: Least,
): Promise<DailySeries[]> {
  const tz = checkTimeZone(question.timeZone)
  const rolledUp = tz === 'UTC' && (await rollupAnswers(clickhouse, question))
  return clickhouse.ask(rolledUp ? ROLLUP : EXACT, {
    ...rangeParameters(question),
    ...least,
    tz,
  })
}

/** Returns the series of the runs of workflows. Throws `INVALID_TIME_ZONE`. */
export async function runSeries(
  clickhouse: ClickHouse,
  question: SeriesQuestion,
  least: Least,
): Promise<DailySeries[]> {
  const tz = checkTimeZone(question.timeZone)
  return clickhouse.ask(RUNS, { ...rangeParameters(question), ...least, tz })
}
