import { setTimeout as sleep } from 'node:timers/promises'

import { type ClickHouse, ClickHouseError, defineQuery, dropPart, rollUpDays } from '@runspan/clickhouse'

import { NOTED_DAYS, NOTED_RUNS, NOTED_TRACES, type Removals } from './note-removals.ts'

/** A table that holds records of runs, and which of its rows belong to those noted. */
interface Cleaned {
  readonly name: string
  readonly where: string
  /** Tables of one turn are cleaned side by side. */
  readonly turn: 1 | 2 | 3
}

const within = (column: string): string =>
  `${column} >= fromUnixTimestamp64Milli(toInt64({from:Float64} * 1000), 'UTC') AND ${column} <= fromUnixTimestamp64Milli(toInt64({to:Float64} * 1000), 'UTC')`

/**
 * Every table that holds records of runs. Tasks that wait for their run come before the tasks, which would else be placed anew; the
 * run comes last, so that a clean-up that breaks off is finished by the next.
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
  // days that keep tasks are computed anew afterwards
  { turn: 3, name: 'workflow_task_stats', where: `(workflow, day) IN ${NOTED_DAYS}` },
  { turn: 3, name: 'workflow_runs', where: `run_id IN ${NOTED_RUNS}` },
]

/** Rows of a table that go. */
export interface RowsToRemove {
  readonly table: Cleaned
  readonly rows: number
  readonly bytes: number
  /** Parts of which nothing stays. */
  readonly wholeParts: readonly string[]
  readonly isMixed: boolean
  readonly parameters: Readonly<Record<string, unknown>>
}

/** The tables that records of runs are in, of those there are. */
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
 * Counts by part what goes: a part of which all goes is dropped, which costs nothing. A part may be merged while this runs; `system.parts` keeps it
 * for minutes, inactive, so its rows still count. Throws `ClickHouseError`.
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

/** Removes what was counted; on return it is gone from disk. Rows that arrive meanwhile are in parts of their own and stay. Throws `ClickHouseError`. */
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
    if (!(await dropPart(clickhouse, table.name, part))) isLeft = true // merged since: its rows are found where they are now
  }
  if (!isLeft) return
  const statement = {
    name: 'retention/remove',
    sql: `ALTER TABLE ${table.name} DELETE WHERE ${table.where}`,
    settings: {
      mutations_sync: '0',
      // what is noted stays as it is until all is done
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

/** Waits for the mutation that names this job; asking often keeps no connection silent for long. */
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
