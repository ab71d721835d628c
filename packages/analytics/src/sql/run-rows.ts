import { type ColumnsOf, DELIVERED_UNTIL, type Zod } from '@runspan/clickhouse'
import { HEARTBEAT_SECONDS, STATUSES, type RunStatus } from '@runspan/model'

import { timeOf } from './time-of.ts'

/** A run of Runspan's own without an end and without a sign of life for this long counts as lost: three heartbeats. */
export const LOST_AFTER_SECONDS: number = 3 * HEARTBEAT_SECONDS

/** SQL of the time up to which signs of life have come: now, or where the reader knows of some that still wait, when the oldest of those was written. */
const HEARD_UNTIL = `if(${DELIVERED_UNTIL} = 0, now64(9), least(now64(9), ${timeOf(DELIVERED_UNTIL)}))`

/** SQL of the time since which a run of Runspan's own has given a sign of life, or is lost. */
export const ALIVE_SINCE: string = `(${HEARD_UNTIL} - ${LOST_AFTER_SECONDS})`

const NAMES = `[${STATUSES.map((status) => `'${status}'`).join(', ')}]`

/** When the record came about that decides the status. */
const STATE_TIME = `fromUnixTimestamp64Micro(toInt64(bitAnd(bitShiftRight(state, 4), 288230376151711743)), 'UTC')`

/** The end that the deciding record tells, for our own runs only: a foreign record's end is not always its run's. */
const OWN_END = `if(engine = 'runspan' AND own_end >= ${STATE_TIME} + INTERVAL 1 MICROSECOND,
  toDateTime64(${STATE_TIME}, 9, 'UTC'), own_end)`

/** Columns of `workflow_runs` that are read as they are: the only list of them that questions have. Empty where no record says anything. */
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
 * Runs as every question sees them, merged whatever the order in which their records came.
 * `ended` is true once a terminal record exists; `lost` by silence is a reader's verdict on a run that may yet come back; silence counts up to what has been delivered.
 * Its error is what the deciding record says; a run that completed, or that is not over, has none.
 * A run's times are those of its own record; of a run without one, from its first task's start to its last task's end.
 * A run that was given up for lost and gives a sign of life after that, because it was resumed, runs again.
 * Foreign engines send no heartbeats: their silence says nothing.
 * `weight` is how many runs a run stands for where a sampler left others out; `sample_weight` is 0 where no sampler said anything, under 1 where it did not say how much.
 */
export const RUN_ROWS: string = runRows('true')

/** The same, only of runs of which some record fulfils a condition: cheap where that names few of many. */
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

/** Of a record of a run, for `runRows`: the latest time that it tells; an index holds it, so that what ended before is not read. */
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

/** What the columns of `RunRow` hold. */
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

/** All that is known of a run by itself. */
export type RunDetails = RunRow & Readonly<Record<RunText | 'error', string>>

/** SQL of the columns of `RunDetails`. */
export const RUN_COLUMNS: string = `run_id, run_key, engine, workflow, trace_id, status, ended, start, end, duration_ns, error,
  ${RUN_TEXTS.join(', ')}`

/** What the columns of `RunDetails` hold. */
export function detailColumns(z: Zod): ColumnsOf<RunDetails> {
  const texts = Object.fromEntries(RUN_TEXTS.map((name) => [name, z.string()]))
  return { ...runColumns(z), error: z.string(), ...(texts as Record<RunText, ReturnType<Zod['string']>>) }
}

const RUN_STATUSES = STATUSES.filter((status): status is RunStatus => status !== 'skipped')

/** A workflow where one is given, else all. */
export const OF_WORKFLOW = `({workflow:String} = '' OR workflow = {workflow:String})`

const STARTED_IN_RANGE = `({from:Float64} = 0 OR start >= ${timeOf('{from:Float64}')})
  AND ({to:Float64} = 0 OR start < ${timeOf('{to:Float64}')})`

/**
 * As a condition on `RUN_ROWS`: started at or after a time that is SQL. Implied by it, but indexed, is that the run's own record began then, or that there is none, which is
 * the end of time.
 */
export function startedSince(time: string): string {
  return `(start >= ${time} AND own_start >= ${time})`
}

/** Half-open range on the start of runs and a workflow, all optional, as a condition on `RUN_ROWS`. For tasks take `TASKS_IN_RANGE`. */
export const IN_RANGE: string = `${OF_WORKFLOW} AND ({from:Float64} = 0 OR own_start >= ${timeOf('{from:Float64}')}) AND ${STARTED_IN_RANGE}`

/** The same on `workflow_tasks`, in the form that its primary key and partitions can use. */
export const TASKS_IN_RANGE: string = `workflow = {workflow:String} AND ${STARTED_IN_RANGE}`

/** The same for all workflows where none is given: on `workflow_tasks` and `workflow_task_incidents`. */
export const ANY_TASKS_IN_RANGE: string = `${OF_WORKFLOW} AND ${STARTED_IN_RANGE}`

/**
 * Tasks of known runs: a day around their times, `{from:String}` and `{to:String}` as ClickHouse prints them, so that only the
 * partitions of those days are read.
 */
export const AROUND_RUNS: string = `start >= parseDateTime64BestEffort({from:String}, 9, 'UTC') - INTERVAL 1 DAY
  AND start <= parseDateTime64BestEffort({to:String}, 9, 'UTC') + INTERVAL 1 DAY`

/** A workflow and a half-open range `[from, to)` on the start of runs or tasks. */
export interface Range {
  readonly workflow?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

/** Values for the parameters of `IN_RANGE` and `TASKS_IN_RANGE`. */
export function rangeParameters({ workflow, from, to }: Range): { workflow: string; from: number; to: number } {
  return { workflow: workflow ?? '', from: (from?.getTime() ?? 0) / 1000, to: (to?.getTime() ?? 0) / 1000 }
}
