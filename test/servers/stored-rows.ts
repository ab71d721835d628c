import type { ClickHouse } from '@runspan/clickhouse'

/** Returns every row of a table, without rounding. */
export function storedRows(clickhouse: ClickHouse, table: string): Promise<Record<string, unknown>[]> {
  return clickhouse.query(
    `SELECT * FROM ${table}`,
    {},
    { output_format_json_quote_64bit_integers: 1, output_format_json_quote_denormals: 1 },
  )
}

/** Returns rows as text that can be compared: neither rows nor map keys have an order. */
export function canonical(rows: readonly object[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(row, (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
          : value,
      ),
    )
    .toSorted()
}

/** The collector's tables that telemetry is written to. */
export const TELEMETRY_TABLES: readonly string[] = [
  'otel_traces',
  'otel_logs',
  'otel_metrics_gauge',
  'otel_metrics_sum',
  'otel_metrics_histogram',
  'otel_metrics_exponential_histogram',
  'otel_metrics_summary',
]

/** Empties them. */
export async function forgetTelemetry(clickhouse: ClickHouse): Promise<void> {
  for (const table of TELEMETRY_TABLES) await clickhouse.command(`TRUNCATE TABLE ${table} SYNC`)
}
