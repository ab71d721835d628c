import type { ClickHouse } from './client/client.ts'
import { ClickHouseError } from './client/errors.ts'
import { defineQuery } from './client/query.ts'
import { refuseOnCluster } from './cluster/cluster-of.ts'

interface Standing {
  readonly days: number
  readonly ttl: string
}

/** When a table's rows expire. */
interface Expiry {
  /** Column with the time or day of a row. */
  readonly column: string
  readonly isDay?: true
  /** Days that the schema sets in any case. */
  readonly standing?: Standing
  /** True with a partition a day, so that whole parts expire. */
  readonly byDay?: true
}

const thirtyDays = (day: string): Standing => ({ days: 30, ttl: `${day} + toIntervalDay(30)` })

/**
 * `workflow_runs` is missing: a run is merged from rows of any age, and if one of them expired, half a run would remain.
 */
const EXPIRIES: Readonly<Record<string, Expiry>> = {
  otel_traces: { column: 'Timestamp', byDay: true },
  otel_traces_trace_id_ts: { column: 'Start', byDay: true },
  otel_logs: { column: 'Timestamp', byDay: true },
  otel_metrics_gauge: { column: 'TimeUnix', byDay: true },
  otel_metrics_sum: { column: 'TimeUnix', byDay: true },
  otel_metrics_histogram: { column: 'TimeUnix', byDay: true },
  otel_metrics_exponential_histogram: { column: 'TimeUnix', byDay: true },
  otel_metrics_summary: { column: 'TimeUnix', byDay: true },
  workflow_tasks: { column: 'start', byDay: true },
  workflow_task_incidents: { column: 'start' },
  workflow_task_stats: { column: 'day', isDay: true },
  workflow_unplaced_tasks: { column: 'start', byDay: true, standing: thirtyDays('toDate(start)') },
  workflow_run_spans: { column: 'seen', standing: thirtyDays('toDate(seen)') },
  workflow_open: { column: 'day', isDay: true, standing: thirtyDays('day') },
  workflow_events: { column: 'seen', byDay: true, standing: thirtyDays('toDate(seen)') },
}

/** Result of setting a time to live. */
export interface TtlChange {
  /** Tables whose expiry changed. */
  readonly changed: readonly string[]
  /** Tables that other programs created, which are not changed. */
  readonly leftAlone: readonly string[]
}

/** A table of this database, as far as retention needs it. */
export interface TableState {
  readonly name: string
  readonly engine: string
  /** Its engine with keys, TTL and settings, as ClickHouse writes it. */
  readonly definition: string
}

/**
 * Deletes rows after a number of days, 1 to 36500, by ClickHouse's TTL; null keeps them again. Only tables that Runspan
 * created are changed: a collector's belong to its operator. Expired whole days are deleted immediately. Changes nothing if
 * the setting is the same.
 * Throws `ClickHouseError`, `NOT_ON_CLUSTER` if it is to be done on each shard, `RangeError`.
 */
export async function setTtl(clickhouse: ClickHouse, days: number | null): Promise<TtlChange> {
  if (days !== null && (!Number.isInteger(days) || days < 1 || days > 36_500)) {
    throw new RangeError(`A time to live must be a whole number of days from 1 to 36500, not ${days}.`)
  }
  await refuseOnCluster(clickhouse, 'setting a time to live')
  const tables = (await tablesOf(clickhouse)).filter(({ name }) => EXPIRIES[name] !== undefined)
  const changed: string[] = []
  for (const table of tables.filter(isOurs)) {
    const expiry = EXPIRIES[table.name]!
    const wanted = ttlOf(expiry, days)
    if (wanted !== currentTtl(table)) {
      await changeTtl(clickhouse, table, wanted)
      changed.push(table.name)
    }
    if (days !== null && expiry.byDay === true && expiry.standing === undefined)
      await dropDaysBefore(clickhouse, table.name, days)
  }
  return { changed, leftAlone: tables.filter((table) => !isOurs(table)).map(({ name }) => name) }
}

const TABLES = defineQuery({
  name: 'retention/tables',
  sql: `SELECT name, engine, engine_full AS definition FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name`,
  columns: (z) => ({ name: z.string(), engine: z.string(), definition: z.string() }),
})

/** Returns the tables of this connection's database. Throws `ClickHouseError`. */
export async function tablesOf(clickhouse: ClickHouse): Promise<TableState[]> {
  return clickhouse.ask(TABLES)
}

/**
 * Returns whether Runspan created a table: a collector's tables never have this deduplication setting, with or without
 * `non_`.
 */
export function isOurs({ name, definition }: TableState): boolean {
  return name.startsWith('workflow_') || definition.includes('replicated_deduplication_window')
}

/**
 * Returns the TTL clause. The lifetime counts from the row's own time, or from the end of its day, so that no row is deleted
 * early.
 */
function ttlOf({ column, isDay, standing }: Expiry, days: number | null): string {
  if (days === null || (standing !== undefined && days >= standing.days)) return standing?.ttl ?? ''
  return isDay === true ? `${column} + toIntervalDay(${days + 1})` : `toDateTime(${column}) + toIntervalDay(${days})`
}

function currentTtl({ definition }: TableState): string {
  return / TTL (.+?)(?: SETTINGS |$)/.exec(definition)?.[1] ?? ''
}

async function changeTtl(clickhouse: ClickHouse, { name }: TableState, ttl: string): Promise<void> {
  const tell = (sql: string): Promise<void> => clickhouse.tell({ name: 'retention/ttl', sql })
  if (ttl === '') {
    await tell(`ALTER TABLE ${name} REMOVE TTL`)
    return
  }
  // stored rows get the TTL without a rewrite, and expire part by part
  const settings = EXPIRIES[name]!.byDay === true ? 'ttl_only_drop_parts = 1, ' : ''
  await tell(`ALTER TABLE ${name} MODIFY SETTING ${settings}materialize_ttl_recalculate_only = 1`)
  await tell(`ALTER TABLE ${name} MODIFY TTL ${ttl}`)
}

const EXPIRED = defineQuery({
  name: 'retention/expired',
  sql: `SELECT DISTINCT partition FROM system.parts
    WHERE database = currentDatabase() AND table = {table:String} AND active AND toDateOrNull(partition) < today() - {days:UInt32}`,
  columns: (z) => ({ partition: z.string() }),
})

async function dropDaysBefore(clickhouse: ClickHouse, table: string, days: number): Promise<void> {
  const expired = await clickhouse.ask(EXPIRED, { table, days })
  for (const { partition } of expired) await dropPartition(clickhouse, table, partition)
}

/** Drops a partition by its value, for example a day; a missing one is not an error. Throws `ClickHouseError`. */
export async function dropPartition(clickhouse: ClickHouse, table: string, partition: string): Promise<void> {
  const sql = 'ALTER TABLE {table:Identifier} DROP PARTITION {partition:String}'
  await clickhouse.tell({ name: 'retention/drop partition', sql }, { table, partition })
}

/** ClickHouse's NO_SUCH_DATA_PART. */
const GONE = 232

/** Drops one part as it was counted; returns false if it has been merged or dropped since. Throws `ClickHouseError`. */
export async function dropPart(clickhouse: ClickHouse, table: string, part: string): Promise<boolean> {
  try {
    const sql = 'ALTER TABLE {table:Identifier} DROP PART {part:String}'
    await clickhouse.tell({ name: 'retention/drop part', sql }, { table, part })
    return true
  } catch (error) {
    if (error instanceof ClickHouseError && error.serverCode === GONE) return false
    throw error
  }
}
