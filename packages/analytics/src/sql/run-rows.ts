import { type ColumnsOf, DELIVERED_UNTIL, type Zod } from '@runspan/clickhouse'
import { HEARTBEAT_SECONDS, STATUSES, type RunStatus } from '@runspan/model'

import { timeOf } from './time-of.ts'

/** Seconds without an end and a heartbeat after which a run of Runspan's own counts as lost: three heartbeats. */
export const LOST_AFTER_SECONDS: number = 3 * HEARTBEAT_SECONDS

/**
 * SQL of the time up to which heartbeats have been delivered: now, or the time of the oldest data known to wait on disk.
 */
const HEARD_UNTIL = `if(${DELIVERED_UNTIL} = 0, now64(9), least(now64(9), ${timeOf(DELIVERED_UNTIL)}))`

/** SQL of the time since which a run of Runspan's own must have sent a heartbeat, or is lost. */
export const ALIVE_SINCE: string = `(${HEARD_UNTIL} - ${LOST_AFTER_SECONDS})`

const NAMES = `[${STATUSES.map((status) => `'${status}'`).join(', ')}]`

/** Time of the record that decides the status. */
const STATE_TIME = `fromUnixTimestamp64Micro(toInt64(bitAnd(bitShiftRight(state, 4), 288230376151711743)), 'UTC')`

/** End in the deciding record, for our own runs only: the end in a foreign record is not always its run's. */
const OWN_END = `if(engine = 'runspan' AND own_end >= ${STATE_TIME} + INTERVAL 1 MICROSECOND,
  toDateTime64(${STATE_TIME}, 9, 'UTC'), own_end)`

/**
 * Columns of `workflow_runs` that are read unchanged: the only list of them in questions. Empty if no record has a value.
 */
export const RUN_TEXTS = [
  'parent_run_id',
  'retry_of',
  'trigger',
  'tags',
  'metadata',
  'version',
  'service',
  'instance',
] as const

/**
 * Runs as every question sees them, merged in whatever order their records arrived.
 * `ended` is true once a final record exists. `lost` by silence is a reader's conclusion on a run that may still come back;
 * silence counts up to the delivered data. The error is that of the deciding record; a run that completed, or has not ended,
 * has none. A run's times are those of its own record; without one, from its first task's start to its last task's end. A run
 * that counted as lost and then sends a heartbeat, because it was resumed, is running again. Foreign engines send no
 * heartbeats, so their silence means nothing. `weight` is the number of runs that a run represents if a sampler left others
 * out. `sample_weight` is 0 without a sampler, and under 1 if the sampler did not report the weight.
 */
export const RUN_ROWS: string = runRows('true')

/** Returns the same for runs with a record that meets a condition; cheap if the condition selects few. */
export function runRows(ofRecords: string): string {
  const which =
    ofRecords === 'true'
      ? ''
      : `
    AND run_id IN (SELECT run_id FROM workflow_runs WHERE ${ofRecords})`
  return `(
  SELECT run_id, run_key, engine, workflow, trace_id, ${RUN_TEXTS.join(', ')},
    last_seen, own_start, sample_weight,
    if(sample_weight >= 1, sample_weight, 1.) AS weight,
    bitAnd(state, 15) AS recorded, recorded >= 3
      OR (recorded = 2 AND last_seen <= ${STATE_TIME} + INTERVAL 500 MILLISECOND) AS ended,
    ${NAMES}[multiIf(ended, recorded, engine = 'runspan' AND last_seen < ${ALIVE_SINCE}, 2, recorded = 2, 1,
      recorded) + 1] AS status,
    multiIf(NOT ended OR recorded = 3, '', startsWith(outcome, leftPad(hex(state), 16, '0')), substring(outcome, 17),
      workflow_runs.error) AS error,
    own_start < toDateTime64('2262-01-01 00:00:00', 9, 'UTC') AS has_own, if(has_own, own_start, first_task) AS start,
    multiIf(ended, if(has_own AND own_end > toDateTime64(0, 9, 'UTC'), ${OWN_END}, last_task), status = 'lost',
      last_seen, now64(9, 'UTC')) AS end,
    greatest(0, toUnixTimestamp64Nano(end) - toUnixTimestamp64Nano(start)) AS duration_ns
  FROM workflow_runs FINAL
  WHERE (own_start < toDateTime64('2262-01-01 00:00:00', 9, 'UTC')
    OR first_task < toDateTime64('2262-01-01 00:00:00', 9, 'UTC'))${which}
)`
}

/** Latest time in a record of a run, for `runRows`; an index on it skips what ended earlier. */
export const LATEST = 'greatest(own_end, last_task, last_seen)'

/** Rows of `RUN_ROWS` as they arrive. */
export interface RunRow {
  readonly run_id: string
  readonly run_key: string
  readonly engine: string
  readonly workflow: string
  readonly trace_id: string
  readonly status: RunStatus
  readonly ended: number
  readonly start: string
  readonly end: string
  readonly duration_ns: number
}

/** Returns the columns of `RunRow`. */
export function runColumns(z: Zod): ColumnsOf<RunRow> {
  return {
    run_id: z.string(),
    run_key: z.string(),
    engine: z.string(),
    workflow: z.string(),
    trace_id: z.string(),
    status: z.enum(RUN_STATUSES),
    ended: z.number(),
    start: z.string(),
    end: z.string(),
    duration_ns: z.number(),
  }
}

type RunText = (typeof RUN_TEXTS)[number]

/** All columns of one run. */
export type RunDetails = RunRow & Readonly<Record<RunText | 'error', string>>

/** SQL of the columns of `RunDetails`. */
export const RUN_COLUMNS: string = `run_id, run_key, engine, workflow, trace_id, status, ended, start, end, duration_ns, error,
  ${RUN_TEXTS.join(', ')}`

/** Returns the columns of `RunDetails`. */
export function detailColumns(z: Zod): ColumnsOf<RunDetails> {
  const texts = Object.fromEntries(RUN_TEXTS.map((name) => [name, z.string()]))
  return { ...runColumns(z), error: z.string(), ...(texts as Record<RunText, ReturnType<Zod['string']>>) }
}

const RUN_STATUSES = STATUSES.filter((status): status is RunStatus => status !== 'skipped')

/** Condition on one workflow if given, else none. */
export const OF_WORKFLOW = `({workflow:String} = '' OR workflow = {workflow:String})`

const STARTED_IN_RANGE = `({from:Float64} = 0 OR start >= ${timeOf('{from:Float64}')})
  AND ({to:Float64} = 0 OR start < ${timeOf('{to:Float64}')})`

/**
 * Returns a condition on `RUN_ROWS`: started at or after a time in SQL. It adds a redundant condition that is indexed: the
 * run's own record starts then, or is missing, which is stored as the end of time.
 */
export function startedSince(time: string): string {
  return `(start >= ${time} AND own_start >= ${time})`
}

/**
 * Condition on `RUN_ROWS`: a half-open range on the start of runs and a workflow, all optional. For tasks use
 * `TASKS_IN_RANGE`.
 */
export const IN_RANGE: string = `${OF_WORKFLOW} AND ({from:Float64} = 0 OR own_start >= ${timeOf('{from:Float64}')}) AND ${STARTED_IN_RANGE}`

/** Same condition on `workflow_tasks`, in a form that can use its primary key and partitions. */
export const TASKS_IN_RANGE: string = `workflow = {workflow:String} AND ${STARTED_IN_RANGE}`

/** Same condition with an optional workflow, on `workflow_tasks` and `workflow_task_incidents`. */
export const ANY_TASKS_IN_RANGE: string = `${OF_WORKFLOW} AND ${STARTED_IN_RANGE}`

/**
 * Condition on tasks of known runs: a day around their times, `{from:String}` and `{to:String}` as ClickHouse prints them, so
 * that only the partitions of those days are read.
 */
export const AROUND_RUNS: string = `start >= parseDateTime64BestEffort({from:String}, 9, 'UTC') - INTERVAL 1 DAY
  AND start <= parseDateTime64BestEffort({to:String}, 9, 'UTC') + INTERVAL 1 DAY`

/** A workflow and a half-open range `[from, to)` on the start of runs or tasks. */
export interface Range {
  readonly workflow?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

/** Returns the parameters of `IN_RANGE` and `TASKS_IN_RANGE`. */
export function rangeParameters({ workflow, from, to }: Range): { workflow: string; from: number; to: number } {
  return { workflow: workflow ?? '', from: (from?.getTime() ?? 0) / 1000, to: (to?.getTime() ?? 0) / 1000 }
}
