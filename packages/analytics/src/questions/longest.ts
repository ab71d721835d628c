import { type ClickHouse, TASK_CPU_NS } from '@runspan/clickhouse'
import type { RunStatus, TaskStatus } from '@runspan/model'

import { checkLimit } from '../check-limit.ts'
import { isoTime } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import { ANY_TASKS_IN_RANGE, IN_RANGE, type Range, rangeParameters, RUN_ROWS, type RunRow } from '../run-rows.ts'
import { shownIds, shownRunIds } from '../shown-ids.ts'

/** What to rank by. */
export type Resource = 'duration' | 'cpu' | 'memory' | 'disk' | 'network'

interface Use {
  /** Of a task's resources its part of the process's, by how many ran at once; memory is the process's peak. */
  readonly cpuSeconds: number
  readonly memoryPeakBytes: number
  readonly diskBytes: number
  readonly networkBytes: number
}

export interface LargestRun extends Use {
  readonly runId: string
  readonly workflow: string
  readonly status: RunStatus
  readonly startTime: string
  readonly durationSeconds: number
}

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

export interface LargestQuestion extends Range {
  /** Default duration. */
  readonly by?: Resource | undefined
  /** 1–1000. Default 20. */
  readonly limit?: number | undefined
}

const CPU = `${TASK_CPU_NS} / 1e9`
const DISK = '(read_bytes + written_bytes) / greatest(1, concurrency)'
const NETWORK = '(sent_bytes + received_bytes) / greatest(1, concurrency)'
/** What to sort by, of an attempt. */
const OF_TASK: Readonly<Record<Resource, string>> = {
  duration: 'toFloat64(duration_ns)',
  cpu: CPU,
  memory: 'toFloat64(memory_peak_bytes)',
  disk: DISK,
  network: NETWORK,
}

/** By few columns, repeated records included: more than asked for, so that enough are left without them. */
const candidates = (amount: string): string => `SELECT workflow, node_id, start FROM workflow_tasks
  WHERE ${ANY_TASKS_IN_RANGE} AND status NOT IN ('skipped', 'pending') ORDER BY ${amount} DESC LIMIT {candidates:UInt32}`

/** By the key first, as all records of an attempt share it; FINAL alone would read everything. */
const tasksSql = (amount: string): string => `
SELECT run_id, toString(workflow) AS workflow, toString(node_id) AS nodeId, task_id AS taskId, attempt, status, start, duration_ns / 1e9 AS durationSeconds,
  ${CPU} AS cpuSeconds, toFloat64(memory_peak_bytes) AS memoryPeakBytes, ${DISK} AS diskBytes, ${NETWORK} AS networkBytes
FROM workflow_tasks FINAL
PREWHERE (workflow_tasks.workflow, node_id, start) IN (${candidates(amount)})
WHERE status NOT IN ('skipped', 'pending')
ORDER BY ${amount} DESC, start DESC, task_id LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1`

const USE_OF_RUN = `sum(${CPU}) AS cpuSeconds, toFloat64(max(memory_peak_bytes)) AS memoryPeakBytes, sum(${DISK}) AS diskBytes, sum(${NETWORK}) AS networkBytes`

/** The hungriest runs: from their tasks, whose times are those of the range. */
const HUNGRY_SQL = `
SELECT run_id, ${USE_OF_RUN}
FROM workflow_tasks FINAL WHERE ${ANY_TASKS_IN_RANGE}
GROUP BY run_id
ORDER BY multiIf({by:String} = 'cpu', cpuSeconds, {by:String} = 'memory', memoryPeakBytes, {by:String} = 'disk', diskBytes, networkBytes) DESC, run_id
LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1`

const RUN_COLUMNS = 'run_id, run_key, engine, workflow, status, start, end, duration_ns'

const LONG_SQL = `SELECT ${RUN_COLUMNS} FROM ${RUN_ROWS} WHERE ${IN_RANGE} ORDER BY duration_ns DESC, run_id LIMIT {limit:UInt32}`

const BY_ID_SQL = `SELECT ${RUN_COLUMNS} FROM ${RUN_ROWS} WHERE run_id IN {ids:Array(String)}`

/** What some runs used; a day around their times. */
const USE_SQL = `
SELECT run_id, ${USE_OF_RUN}
FROM workflow_tasks FINAL
WHERE workflow IN {workflows:Array(String)} AND run_id IN {ids:Array(String)} AND toDate(start) IN {days:Array(Date)}
GROUP BY run_id
SETTINGS do_not_merge_across_partitions_select_final = 1`

type TaskRow = Omit<LargestTask, 'runId' | 'startTime'> & { readonly run_id: string; readonly start: string }
type UseRow = Use & { readonly run_id: string }
type Found = Pick<RunRow, 'run_id' | 'run_key' | 'engine' | 'workflow' | 'status' | 'start' | 'end' | 'duration_ns'>

const NOTHING: Use = { cpuSeconds: 0, memoryPeakBytes: 0, diskBytes: 0, networkBytes: 0 }
const DAY_MS = 86_400_000
/** Of longer runs the use of the first days. */
const MOST_DAYS = 60

/**
 * The runs of a range that took longest, up to now where they run still, or that used most of a resource. Throws `ClickHouseError`,
 * `INVALID_LIMIT`, `INVALID_METRIC`.
 */
export async function longestRuns(clickhouse: ClickHouse, question: LargestQuestion = {}): Promise<LargestRun[]> {
  const { by = 'duration' } = question
  amountOf(by)
  const parameters = { ...rangeParameters(question), by, limit: checkLimit(question.limit, 20) }
  if (by === 'duration') {
    const runs = await clickhouse.query<Found>(LONG_SQL, parameters)
    return largestRuns(clickhouse, runs, await useOf(clickhouse, runs))
  }
  const use = await clickhouse.query<UseRow>(HUNGRY_SQL, parameters)
  const runs = await clickhouse.query<Found>(BY_ID_SQL, { ids: use.map(({ run_id }) => run_id) })
  const byId = new Map(runs.map((run) => [run.run_id, run]))
  const ordered = use.flatMap(({ run_id }) => byId.get(run_id) ?? [])
  return largestRuns(clickhouse, ordered, use)
}

async function useOf(clickhouse: ClickHouse, runs: readonly Found[]): Promise<UseRow[]> {
  if (runs.length === 0) return []
  const days = new Set<string>()
  for (const { start, end } of runs) {
    const first = Math.floor(Date.parse(isoTime(start)) / DAY_MS)
    const last = Math.min(Math.floor(Date.parse(isoTime(end)) / DAY_MS), first + MOST_DAYS)
    for (let day = first; day <= last; day++) days.add(new Date(day * DAY_MS).toISOString().slice(0, 10))
  }
  return clickhouse.query<UseRow>(USE_SQL, {
    workflows: [...new Set(runs.map(({ workflow }) => workflow))],
    ids: runs.map(({ run_id }) => run_id),
    days: [...days],
  })
}

async function largestRuns(
  clickhouse: ClickHouse,
  runs: readonly Found[],
  use: readonly UseRow[],
): Promise<LargestRun[]> {
  const useById = new Map(use.map(({ run_id, ...amounts }): [string, Use] => [run_id, amounts]))
  const ids = await shownIds(clickhouse, runs)
  return runs.map(({ run_id, workflow, status, start, duration_ns }) => ({
    runId: ids.get(run_id)!,
    workflow,
    status,
    startTime: isoTime(start),
    durationSeconds: duration_ns / 1e9,
    ...(useById.get(run_id) ?? NOTHING),
  }))
}

/** The attempts of a range that took longest or used most of a resource, of those that have ended. Throws `ClickHouseError`, `INVALID_LIMIT`, `INVALID_METRIC`. */
export async function longestTasks(clickhouse: ClickHouse, question: LargestQuestion = {}): Promise<LargestTask[]> {
  const { by = 'duration' } = question
  const limit = checkLimit(question.limit, 20)
  const rows = await clickhouse.query<TaskRow>(tasksSql(amountOf(by)), {
    ...rangeParameters(question),
    limit,
    candidates: 4 * limit + 100,
  })
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

/** Looked up, so that no text from outside reaches a query. */
function amountOf(by: Resource): string {
  if (Object.hasOwn(OF_TASK, by)) return OF_TASK[by]
  throw new AnalyticsError('INVALID_METRIC', `Rank by duration, cpu, memory, disk or network, not "${String(by)}".`)
}
