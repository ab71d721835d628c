import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { RUN_ROWS } from '../sql/run-rows.ts'

/** Resolved limits of a clean-up. */
export interface Limits {
  readonly before: Date | null
  readonly maxRuns: number | null
  readonly keepFailedRuns: boolean
  /** Only runs of this workflow. */
  readonly workflow: string | null
  /** Only this run, by its internal id. */
  readonly runId: string | null
}

/** Runs that a clean-up has noted in `workflow_removals`. */
export interface Removals {
  readonly runs: number
  /** Attempts of tasks. */
  readonly tasks: number
  readonly isEmpty: boolean
  /** Time range of everything in the runs' traces, plus a day on either side; seconds since 1970. */
  readonly from: number
  readonly to: number
}

/** Ids noted by this clean-up. */
export const NOTED_RUNS = `(SELECT id FROM workflow_removals WHERE job = {job:String} AND kind IN ('run', 'remnant'))`
export const NOTED_TRACES = `(SELECT id FROM workflow_removals WHERE job = {job:String} AND kind = 'trace')`
export const NOTED_DAYS = `(SELECT workflow, day FROM workflow_removals WHERE job = {job:String} AND kind = 'day')`
const CANDIDATES = `(SELECT id FROM workflow_removals WHERE job = {job:String} AND kind = 'candidate')`

const NOTE_RUNS = `INSERT INTO workflow_removals (job, kind, id)
SELECT {job:String}, 'run', run_id FROM (
  SELECT run_id, status, end, row_number() OVER (ORDER BY start DESC, run_id DESC) AS newest FROM ${RUN_ROWS}
  WHERE status NOT IN ('pending', 'running') AND ({workflow:String} = '' OR workflow = {workflow:String})
    AND ({run:String} = '' OR run_id = {run:String}))
WHERE ({all:Bool} OR ({before:Float64} > 0 AND toUnixTimestamp64Nano(end) < {before:Float64} * 1e9)
  OR ({maxRuns:UInt64} > 0 AND newest > {maxRuns:UInt64}))
  AND NOT ({keepFailed:Bool} AND status IN ('failed', 'lost'))`

/** Notes what late records of a deleted run left: rows without a start, which no question shows. */
const NOTE_REMNANTS = `INSERT INTO workflow_removals (job, kind, id)
SELECT {job:String}, 'remnant', run_id FROM workflow_runs FINAL
WHERE {workflow:String} = '' AND {run:String} = '' AND {before:Float64} > 0
  AND toUnixTimestamp64Nano(last_seen) < {before:Float64} * 1e9 AND bitAnd(state, 15) < 2
  AND run_id NOT IN (SELECT run_id FROM ${RUN_ROWS})`

const NOTE_CANDIDATES = `INSERT INTO workflow_removals (job, kind, id)
SELECT {job:String}, 'candidate', trace FROM (
  SELECT trace_id AS trace FROM workflow_runs FINAL WHERE run_id IN ${NOTED_RUNS}
  UNION DISTINCT SELECT trace_id FROM workflow_tasks WHERE run_id IN ${NOTED_RUNS})
WHERE trace != ''`

/** A trace is kept whole while any kept run uses it. */
const NOTE_TRACES = `INSERT INTO workflow_removals (job, kind, id)
SELECT {job:String}, 'trace', id FROM ${CANDIDATES}
WHERE id NOT IN (SELECT trace_id FROM workflow_runs FINAL WHERE trace_id IN ${CANDIDATES}
  AND run_id NOT IN ${NOTED_RUNS})
  AND id NOT IN (SELECT trace_id FROM workflow_tasks WHERE trace_id IN ${CANDIDATES} AND run_id NOT IN ${NOTED_RUNS})`

const NOTE_DAYS = `INSERT INTO workflow_removals (job, kind, workflow, day)
SELECT DISTINCT {job:String}, 'day', workflow, toDate(start) FROM workflow_tasks WHERE run_id IN ${NOTED_RUNS}`

const COUNTS = `SELECT toFloat64((SELECT count() FROM workflow_removals WHERE job = {job:String}
  AND kind = 'run')) AS runs,
  toFloat64((SELECT count() FROM workflow_tasks FINAL WHERE run_id IN ${NOTED_RUNS})) AS tasks,
  (SELECT count() FROM workflow_removals WHERE job = {job:String}) = 0 AS isEmpty`

/** A trace's own table has the times of its spans; for a run without spans its own record has them. */
const BOUNDS = `SELECT min(first) - 86400 AS from, max(last) + 86400 AS to FROM (
  SELECT toFloat64(toUnixTimestamp(min(Start))) AS first, toFloat64(toUnixTimestamp(max(End))) AS last
    FROM otel_traces_trace_id_ts WHERE TraceId IN ${NOTED_TRACES} HAVING count() > 0
  UNION ALL
  SELECT toUnixTimestamp64Milli(min(start)) / 1000, toUnixTimestamp64Milli(max(greatest(end, last_seen))) / 1000
    FROM ${RUN_ROWS} WHERE run_id IN ${NOTED_RUNS} HAVING count() > 0)`

const COUNTED = defineQuery({
  name: 'retention/count',
  sql: COUNTS,
  columns: (z) => ({ runs: z.number(), tasks: z.number(), isEmpty: z.number() }),
})
const BOUNDED = defineQuery({
  name: 'retention/bounds',
  sql: BOUNDS,
  columns: (z) => ({ from: z.number(), to: z.number() }),
})

/**
 * Decides what to delete and notes it, so that every table deletes the same, whatever arrives meanwhile. Throws
 * `ClickHouseError`.
 */
export async function noteRemovals(clickhouse: ClickHouse, job: string, limits: Limits): Promise<Removals> {
  const { before, maxRuns, keepFailedRuns, workflow, runId } = limits
  const parameters = {
    job,
    before: before === null ? 0 : before.getTime() / 1000,
    maxRuns: maxRuns ?? 0,
    keepFailed: keepFailedRuns,
    workflow: workflow ?? '',
    run: runId ?? '',
    // without a limit, everything of the named workflow or run is deleted
    all: (workflow !== null || runId !== null) && before === null && maxRuns === null,
  }
  for (const note of [NOTE_RUNS, NOTE_REMNANTS, NOTE_CANDIDATES, NOTE_TRACES, NOTE_DAYS]) {
    await clickhouse.tell({ name: 'retention/note', sql: note }, parameters)
  }
  const [counts] = await clickhouse.ask(COUNTED, parameters)
  const { runs, tasks, isEmpty } = counts!
  if (isEmpty === 1) return { runs, tasks, isEmpty: true, from: 0, to: 0 }
  const [bounds] = await clickhouse.ask(BOUNDED, parameters)
  return { runs, tasks, isEmpty: false, from: bounds?.from ?? 0, to: bounds?.to ?? 0 }
}
