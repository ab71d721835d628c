import { type ClickHouse, defineQuery, dropPartition, type TableState } from '@runspan/clickhouse'

/** Whole days of a metric table to delete. */
export interface OldMetrics {
  readonly table: { readonly name: string }
  readonly rows: number
  readonly bytes: number
  readonly days: readonly string[]
}

const OLD = defineQuery({
  name: 'retention/old metrics',
  sql: `SELECT table AS name, toFloat64(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS bytes,
    groupUniqArray(partition) AS days
    FROM system.parts WHERE database = currentDatabase() AND active AND table IN {tables:Array(String)}
      AND toDateOrNull(partition) < toDate(fromUnixTimestamp64Milli(toInt64({before:Float64} * 1000)))
    GROUP BY table`,
  columns: (z) => ({ name: z.string(), rows: z.number(), bytes: z.number(), days: z.array(z.string()) }),
})

/**
 * Counts the metric points of whole days before a time. Points have no run, so only their age decides. Throws
 * `ClickHouseError`.
 */
export async function countOldMetrics(
  clickhouse: ClickHouse,
  tables: readonly TableState[],
  before: Date | null,
): Promise<OldMetrics[]> {
  const byDay = tables.filter(
    ({ name, definition }) => name.startsWith('otel_metrics_') && definition.includes('PARTITION BY toDate(TimeUnix)'),
  )
  if (before === null || byDay.length === 0) return []
  const rows = await clickhouse.ask(OLD, {
    tables: byDay.map(({ name }) => name),
    before: before.getTime() / 1000,
  })
  return rows.map(({ name, ...counted }) => ({ table: { name }, ...counted }))
}

/** Deletes those days. Throws `ClickHouseError`. */
export async function dropOldMetrics(clickhouse: ClickHouse, metrics: readonly OldMetrics[]): Promise<void> {
  for (const { table, days } of metrics) {
    for (const day of days) await dropPartition(clickhouse, table.name, day)
  }
}
