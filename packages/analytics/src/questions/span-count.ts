import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

const SPANS = defineQuery({
  name: 'span-count',
  sql: 'SELECT toFloat64(count()) AS spans FROM otel_traces WHERE TraceId IN {traces:Array(String)}',
  columns: (z) => ({ spans: z.number() }),
})

/** Returns the number of spans in some traces. Throws `ClickHouseError`. */
export async function spanCount(clickhouse: ClickHouse, traceIds: readonly string[]): Promise<number> {
  const [row] = await clickhouse.ask(SPANS, { traces: traceIds })
  return row!.spans
}
