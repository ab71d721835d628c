import { setTimeout as sleep } from 'node:timers/promises'

import { type ClickHouse, ClickHouseError, defineQuery, dropPart, rollUpDays } from '@runspan/clickhouse'

import { NOTED_DAYS, NOTED_RUNS, NOTED_TRACES, type Removals } from './note-removals.ts'

/** A table with records of runs, and the condition for rows of the noted runs. */
interface Cleaned {
  readonly name: string
  readonly where: string
  /** Tables of one turn are cleaned concurrently. */
  readonly turn: 1 | 2 | 3
}

const within = (column: string): string =>
  `${column} >= fromUnixTimestamp64Milli(toInt64({from:Float64} * 1000), 'UTC') AND ${column} <= fromUnixTimestamp64Milli(toInt64({to:Float64} * 1000), 'UTC')`

/**
 * All tables with records of runs. Tasks that wait for their run come before the tasks, because otherwise they would be
 * resolved again. The run comes last, so that the next clean-up finishes one that was interrupted.
 */
const TABLES: readonly Cleaned[] = [
  { turn: 1, name: 'workflow_unplaced_tasks', where: `trace_id IN ${NOTED_TRACES}` },
  { turn: 1, name: 'workflow_run_spans', where: `run_id IN ${NOTED_RUNS}` },
  { turn: 2, name: 'otel_traces', where: `${within('Timestamp')} AND TraceId IN ${NOTED_TRACES}` },
  { turn: 2, name: 'otel_logs', where: `${within('Timestamp')} AND TraceId IN ${NOTED_TRACES}` },
  { turn: 2, name: 'otel_traces_trace_id_ts', where: `TraceId IN ${NOTED_TRACES}` },
  { turn: 2, name: 'workflow_open', where: `run_id IN ${NOTED_RUNS}` },
  { turn: 2, name: 'workflow_events', where: `run_id IN ${NOTED_RUNS}` },
  { turn: 2, name: 'workflow_task_incidents', where: `run_id IN ${NOTED_RUNS}` },
  { turn: 2, name: 'workflow_tasks', where: `run_id IN ${NOTED_RUNS}` },
  // days that keep tasks are recomputed afterwards
  { turn: 3, name: 'workflow_task_stats', where: `(workflow, day) IN ${NOTED_DAYS}` },
  { turn: 3, name: 'workflow_runs', where: `run_id IN ${NOTED_RUNS}` },
]

/** Rows of a table to delete. */
export interface RowsToRemove {
  readonly table: Cleaned
  readonly rows: number
  readonly bytes: number
  /** Parts of which all rows are deleted. */
  readonly wholeParts: readonly string[]
  readonly isMixed: boolean
  readonly parameters: Readonly<Record<string, unknown>>
}

/** Returns the existing tables that contain records of runs. */
export function tablesToClean(existing: readonly string[]): Cleaned[] {
  return TABLES.filter(({ name }) => existing.includes(name))
}

const partsQuery = ({ name, where }: Cleaned) =>
  defineQuery({
    name: 'retention/parts',
    sql: `SELECT name, toFloat64(rows) AS rows, toFloat64(bytes_on_disk) AS bytes, gone
    FROM (SELECT _part AS name, toFloat64(count()) AS gone FROM ${name} WHERE ${where} GROUP BY _part) AS counted
    INNER JOIN (SELECT name, rows, bytes_on_disk FROM system.parts WHERE database = currentDatabase()
      AND table = {table:String}) AS parts USING (name)`,
    columns: (z) => ({ name: z.string(), rows: z.number(), bytes: z.number(), gone: z.number() }),
  })

/**
 * Counts the rows to delete by part. A part of which all rows go is dropped, which costs nothing. A part may be merged
 * meanwhile; `system.parts` keeps it for minutes, inactive, so its rows still count. Throws `ClickHouseError`.
 */
export async function countRows(
  clickhouse: ClickHouse,
  job: string,
  table: Cleaned,
  { from, to }: Removals,
): Promise<RowsToRemove> {
  const parameters = { job, from, to }
  const parts = await clickhouse.ask(partsQuery(table), { ...parameters, table: table.name })
  return {
    table,
    rows: parts.reduce((sum, { gone }) => sum + gone, 0),
    bytes: parts.reduce((sum, { bytes, rows, gone }) => sum + (bytes * gone) / rows, 0),
    wholeParts: parts.filter(({ rows, gone }) => gone === rows).map(({ name }) => name),
    isMixed: parts.some(({ rows, gone }) => gone < rows),
    parameters,
  }
}

const DAYS = defineQuery({
  name: 'retention/days',
  sql: `SELECT toString(workflow) AS workflow, groupArray(toString(day)) AS days
    FROM workflow_removals WHERE job = {job:String} AND kind = 'day' GROUP BY workflow`,
  columns: (z) => ({ workflow: z.string(), days: z.array(z.string()) }),
})

/**
 * Deletes the counted rows; they are gone from disk when it returns. Rows that arrive meanwhile are in new parts and stay.
 * Throws `ClickHouseError`.
 */
export async function removeRows(clickhouse: ClickHouse, job: string, counted: readonly RowsToRemove[]): Promise<void> {
  for (const turn of [1, 2, 3]) {
    const now = counted.filter(({ table, rows }) => table.turn === turn && rows > 0)
    await Promise.all(now.map((rows) => removeFrom(clickhouse, job, rows)))
  }
  const days = await clickhouse.ask(DAYS, { job })
  for (const { workflow, days: left } of days) await rollUpDays(clickhouse, workflow, left)
}

async function removeFrom(
  clickhouse: ClickHouse,
  job: string,
  { table, wholeParts, isMixed, parameters }: RowsToRemove,
): Promise<void> {
  let isLeft = isMixed
  for (const part of wholeParts) {
    if (!(await dropPart(clickhouse, table.name, part))) isLeft = true // merged meanwhile: its rows are deleted where they are now
  }
  if (!isLeft) return
  const statement = {
    name: 'retention/remove',
    sql: `ALTER TABLE ${table.name} DELETE WHERE ${table.where}`,
    settings: {
      mutations_sync: '0',
      // the notes do not change until everything is done
      allow_nondeterministic_mutations: 1,
    },
  } as const
  await clickhouse.tell(statement, parameters)
  await untilDone(clickhouse, job, table.name)
}

/** Mutations of a table that name a job. */
const MINE = `database = currentDatabase() AND table = {table:String} AND position(command, {job:String}) > 0`

const MUTATIONS = defineQuery({
  name: 'retention/progress',
  sql: `SELECT countIf(NOT is_done) = 0 AS done, max(latest_fail_reason) AS reason FROM system.mutations WHERE ${MINE}`,
  columns: (z) => ({ done: z.number(), reason: z.string() }),
})

/** Waits for the mutation that names this job; polling often keeps the connection from being idle for long. */
async function untilDone(clickhouse: ClickHouse, job: string, table: string): Promise<void> {
  for (let waitMs = 10; ; waitMs = Math.min(waitMs * 1.5, 500)) {
    const [mutation] = await clickhouse.ask(MUTATIONS, { table, job })
    if (mutation!.done === 1) return
    if (mutation!.reason !== '') {
      await clickhouse.tell({ name: 'retention/stop', sql: `KILL MUTATION WHERE ${MINE}` }, { table, job })
      throw new ClickHouseError('QUERY_FAILED', `Rows of ${table} could not be removed: ${mutation!.reason}`)
    }
    await sleep(waitMs)
  }
}
