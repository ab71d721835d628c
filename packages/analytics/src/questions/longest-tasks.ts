import { type ClickHouse, defineQuery, TASK_CPU_NS, TASK_DISK_BYTES, TASK_NETWORK_BYTES } from '@runspan/clickhouse'
import type { TaskStatus } from '@runspan/model'

import { isoTime } from '../clickhouse-time.ts'
import { checkLimit } from '../parameters/check-limit.ts'
import { amountOf, type LargestQuestion, type Use } from '../sql/amounts.ts'
import { attemptColumns } from '../sql/attempts.ts'
import { rollupAnswers } from '../sql/roll-up.ts'
import { ANY_TASKS_IN_RANGE, OF_WORKFLOW, rangeParameters } from '../sql/run-rows.ts'
import { shownRunIds } from '../sql/shown-ids.ts'
import { timeOf } from '../sql/time-of.ts'
import { groupBy } from '../statistics/group-by.ts'

export interface LargestTask extends Use {
  readonly runId: string
  readonly workflow: string
  readonly nodeId: string
  readonly taskId: string
  readonly attempt: number
  readonly status: TaskStatus
  readonly startTime: string
  readonly durationSeconds: number
}

const COLUMNS = `run_id, toString(workflow) AS workflow, toString(node_id) AS nodeId, task_id AS taskId, attempt,
  status, start, duration_ns / 1e9 AS durationSeconds,
  ${TASK_CPU_NS} / 1e9 AS cpuSeconds,
    toFloat64(memory_peak_bytes) AS memoryPeakBytes, ${TASK_DISK_BYTES} AS diskBytes, ${TASK_NETWORK_BYTES} AS networkBytes`

const RAN = `status NOT IN ('skipped', 'pending')`

/**
 * Finds candidates by few columns, repeated records included; reads more than `limit`, so that enough remain without them.
 */
const candidates = (amount: string): string => `SELECT workflow, node_id, start FROM workflow_tasks
  WHERE ${ANY_TASKS_IN_RANGE} AND ${RAN} ORDER BY ${amount} DESC LIMIT {candidates:UInt32}`

/** Filters by the key first, as all records of an attempt share it; FINAL alone would read everything. */
const allSql = (amount: string): string => `
SELECT ${COLUMNS}
FROM workflow_tasks FINAL
PREWHERE (workflow_tasks.workflow, node_id, start) IN (${candidates(amount)})
WHERE ${RAN}
ORDER BY ${amount} DESC, start DESC, task_id LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1`

/** Maximum days that are searched one by one; beyond it the whole range is searched. */
const MOST_DAYS = 100
const DAY_MS = 86_400_000

/**
 * The `limit` tasks and days with the largest attempts. Together they contain the whole answer, because each of them has an
 * attempt at least as large as the answer's last one. Only whole days of the range.
 */
const daysSql = (amount: string): string => `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId, toString(day) AS day
FROM (SELECT workflow, node_id, day, max(${amount}) AS largest FROM workflow_task_stats FINAL
  WHERE workflow != '' AND ${OF_WORKFLOW} AND day >= toDate(${timeOf('{from:Float64}')})
    AND ({from:Float64} = 0 OR toUnixTimestamp(toDateTime(day, 'UTC')) >= {from:Float64})
    AND ({to:Float64} = 0 OR toUnixTimestamp(toDateTime(day, 'UTC')) + 86400 <= {to:Float64})
  GROUP BY workflow, node_id, day)
ORDER BY largest DESC LIMIT {limit:UInt32} WITH TIES`

interface Day {
  readonly day: string
  /** Tasks to search; null for all tasks of the day. */
  readonly tasks: readonly { readonly workflow: string; readonly nodeId: string }[] | null
}

/** One query a day, so that only the day's partition is searched, by its key. */
const ofDaySql = (amount: string, i: number, all: boolean): string => `SELECT *, ${amount} AS amount
  FROM workflow_tasks FINAL WHERE ${ANY_TASKS_IN_RANGE} AND toDate(start) = {day${i}:Date}
    ${all ? '' : `AND (workflow_tasks.workflow, node_id) IN arrayZip({workflows${i}:Array(String)}, {nodes${i}:Array(String)})`}
      AND ${RAN}
  ORDER BY amount DESC, start DESC, task_id LIMIT {limit:UInt32}`

const onDaysSql = (amount: string, days: readonly Day[]): string => `
SELECT ${COLUMNS}
FROM (${days.map(({ tasks }, i) => ofDaySql(amount, i, tasks === null)).join('\n  UNION ALL ')})
ORDER BY amount DESC, start DESC, taskId LIMIT {limit:UInt32}`

const tasksQuery = (name: string, sql: string) =>
  defineQuery({
    name,
    sql,
    columns: (z) => ({
      run_id: z.string(),
      workflow: z.string(),
      nodeId: z.string(),
      taskId: z.string(),
      attempt: z.number(),
      status: attemptColumns(z).status,
      start: z.string(),
      durationSeconds: z.number(),
      cpuSeconds: z.number(),
      memoryPeakBytes: z.number(),
      diskBytes: z.number(),
      networkBytes: z.number(),
    }),
  })

const daysQuery = (amount: string) =>
  defineQuery({
    name: 'longest-tasks/days',
    sql: daysSql(amount),
    columns: (z) => ({ workflow: z.string(), nodeId: z.string(), day: z.string() }),
  })

type Parameters = Readonly<Record<'from' | 'to' | 'limit', number> & { workflow: string }>

/**
 * Returns the ended attempts of a range that took longest or used most of a resource. In a range with over 500,000 attempts
 * those of the last minute may be missing. Throws `ClickHouseError`, `INVALID_LIMIT`, `INVALID_METRIC`.
 */
export async function longestTasks(clickhouse: ClickHouse, question: LargestQuestion = {}): Promise<LargestTask[]> {
  const limit = checkLimit(question.limit, 20)
  const { ofTask, ofDay } = amountOf(question.by ?? 'duration')
  const parameters = { ...rangeParameters(question), limit }
  // with many attempts the rollup shows which days of which tasks have the largest
  const large = await rollupAnswers(clickhouse, question)
  const days = large ? await daysOfLargest(clickhouse, ofDay, parameters) : []
  const rows = await (days.length > 0 && days.length <= MOST_DAYS
    ? clickhouse.ask(tasksQuery('longest-tasks/on days', onDaysSql(ofTask, days)), {
        ...parameters,
        ...dayParameters(days),
      })
    : clickhouse.ask(tasksQuery('longest-tasks', allSql(ofTask)), { ...parameters, candidates: 4 * limit + 100 }))
  const ids = await shownRunIds(
    clickhouse,
    rows.map(({ run_id }) => run_id),
  )
  return rows.map(({ run_id, start, ...row }) => ({
    ...row,
    runId: ids.get(run_id) ?? run_id,
    startTime: isoTime(start),
  }))
}

/** Returns the days with the largest attempts, and the partial days at the ends of the range. */
async function daysOfLargest(clickhouse: ClickHouse, amount: string, parameters: Parameters): Promise<Day[]> {
  const found = await clickhouse.ask(daysQuery(amount), parameters)
  const days = [...groupBy(found, ({ day }) => day)].map(([day, tasks]): Day => ({ day, tasks }))
  const ends = [parameters.from, parameters.to].map((seconds) => seconds * 1000).filter((time) => time % DAY_MS !== 0)
  const names = new Set(ends.map((time) => new Date(time).toISOString().slice(0, 10)))
  return [...days, ...[...names].map((day): Day => ({ day, tasks: null }))]
}

function dayParameters(days: readonly Day[]): Record<string, unknown> {
  return Object.assign(
    {},
    ...days.map(({ day, tasks }, i) => ({
      [`day${i}`]: day,
      [`workflows${i}`]: (tasks ?? []).map(({ workflow }) => workflow),
      [`nodes${i}`]: (tasks ?? []).map(({ nodeId }) => nodeId),
    })),
  ) as Record<string, unknown>
}
