import {
  type ClickHouse,
  defineQuery,
  type RowOf,
  TASK_CPU_NS,
  TASK_DISK_BYTES,
  TASK_NETWORK_BYTES,
} from '@runspan/clickhouse'
import type { RunStatus } from '@runspan/model'

import { isoTime } from '../clickhouse-time.ts'
import { checkLimit } from '../parameters/check-limit.ts'
import { amountOf, type LargestQuestion, type Use } from '../sql/amounts.ts'
import { ANY_TASKS_IN_RANGE, IN_RANGE, rangeParameters, RUN_ROWS, runColumns } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'

export interface LargestRun extends Use {
  readonly runId: string
  readonly workflow: string
  readonly status: RunStatus
  readonly startTime: string
  readonly durationSeconds: number
}

const USE_OF_RUN = `sum(${TASK_CPU_NS} / 1e9) AS cpuSeconds, toFloat64(max(memory_peak_bytes)) AS memoryPeakBytes,
  sum(${TASK_DISK_BYTES}) AS diskBytes, sum(${TASK_NETWORK_BYTES}) AS networkBytes`

/** Runs with the highest use, found from their tasks, whose times are in the range. */
const HUNGRY_SQL = `
SELECT run_id, ${USE_OF_RUN}
FROM workflow_tasks FINAL WHERE ${ANY_TASKS_IN_RANGE}
GROUP BY run_id
ORDER BY multiIf({by:String} = 'cpu', cpuSeconds, {by:String} = 'memory', memoryPeakBytes, {by:String} = 'disk',
  diskBytes, networkBytes) DESC, run_id
LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1`

const RUN_COLUMNS = 'run_id, run_key, engine, workflow, status, start, end, duration_ns'

/** Finds rows by the few deciding columns; only those rows are read whole. */
const LONG_SQL = `SELECT ${RUN_COLUMNS} FROM ${RUN_ROWS}
WHERE run_id IN (SELECT run_id FROM ${RUN_ROWS} WHERE ${IN_RANGE} ORDER BY duration_ns DESC, run_id
  LIMIT {limit:UInt32})
ORDER BY duration_ns DESC, run_id LIMIT {limit:UInt32}`

const BY_ID_SQL = `SELECT ${RUN_COLUMNS} FROM ${RUN_ROWS} WHERE run_id IN {ids:Array(String)}`

/** Use of some runs, read from their workflows on their days. */
const USE_SQL = `
SELECT run_id, ${USE_OF_RUN}
FROM workflow_tasks FINAL
WHERE (workflow, toDate(start)) IN arrayZip({workflows:Array(String)}, {days:Array(Date)})
  AND run_id IN {ids:Array(String)}
GROUP BY run_id
SETTINGS do_not_merge_across_partitions_select_final = 1`

const foundQuery = (name: string, sql: string) =>
  defineQuery({
    name,
    sql,
    columns: (z) => {
      const { trace_id: _, ended: __, ...run } = runColumns(z)
      return run
    },
  })
const LONG = foundQuery('longest-runs', LONG_SQL)
const BY_ID = foundQuery('longest-runs/ids', BY_ID_SQL)

const useQuery = (name: string, sql: string) =>
  defineQuery({
    name,
    sql,
    columns: (z) => ({
      run_id: z.string(),
      cpuSeconds: z.number(),
      memoryPeakBytes: z.number(),
      diskBytes: z.number(),
      networkBytes: z.number(),
    }),
  })
const HUNGRY = useQuery('longest-runs/hungriest', HUNGRY_SQL)
const USE = useQuery('longest-runs/use', USE_SQL)

type UseRow = RowOf<typeof USE>
type Found = RowOf<typeof LONG>

const NOTHING: Use = { cpuSeconds: 0, memoryPeakBytes: 0, diskBytes: 0, networkBytes: 0 }
const DAY_MS = 86_400_000
/** Maximum days of a run whose use is read; later days are left out. */
const MOST_DAYS = 60

/**
 * Returns the runs of a range that took longest, or used most of a resource. Running runs count up to now.
 * Throws `ClickHouseError`, `INVALID_LIMIT`, `INVALID_METRIC`.
 */
export async function longestRuns(clickhouse: ClickHouse, question: LargestQuestion = {}): Promise<LargestRun[]> {
  const { by = 'duration' } = question
  amountOf(by)
  const parameters = { ...rangeParameters(question), by, limit: checkLimit(question.limit, 20) }
  if (by === 'duration') {
    const runs = await clickhouse.ask(LONG, parameters)
    return largestRuns(clickhouse, runs, await useOf(clickhouse, runs))
  }
  const use = await clickhouse.ask(HUNGRY, parameters)
  const runs = await clickhouse.ask(BY_ID, { ids: use.map(({ run_id }) => run_id) })
  const byId = new Map(runs.map((run) => [run.run_id, run]))
  const ordered = use.flatMap(({ run_id }) => byId.get(run_id) ?? [])
  return largestRuns(clickhouse, ordered, use)
}

async function useOf(clickhouse: ClickHouse, runs: readonly Found[]): Promise<UseRow[]> {
  if (runs.length === 0) return []
  const days = runs.flatMap(({ workflow, start, end }) => daysOf(start, end).map((day) => ({ workflow, day })))
  return clickhouse.ask(USE, {
    workflows: days.map(({ workflow }) => workflow),
    days: days.map(({ day }) => day),
    ids: runs.map(({ run_id }) => run_id),
  })
}

/** Returns days like `2026-11-24`, UTC; for a longer run only its first days. */
function daysOf(start: string, end: string): string[] {
  const first = Math.floor(Date.parse(isoTime(start)) / DAY_MS)
  const last = Math.min(Math.floor(Date.parse(isoTime(end)) / DAY_MS), first + MOST_DAYS)
  return Array.from({ length: last - first + 1 }, (_, i) => dayName(first + i))
}

/** Returns the name of a day counted from 1970. */
function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
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
