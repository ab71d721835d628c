import { visible } from '@runspan/model'

import type { ClickHouse } from './client/client.ts'
import { ClickHouseError } from './client/errors.ts'
import { defineQuery } from './client/query.ts'

/** Columns of the collector's tables that must be maps of text. */
const SQL = `SELECT table, groupArray(name) AS columns, any(type) AS example FROM (
  SELECT table, name, type FROM system.columns
  WHERE database = currentDatabase() AND startsWith(table, 'otel_') AND endsWith(name, 'Attributes') AND position(type, 'Map(') = 0
  ORDER BY table, position)
GROUP BY table ORDER BY table`

const UNSUPPORTED = defineQuery({
  name: 'schema apply/unsupported tables',
  sql: SQL,
  columns: (z) => ({ table: z.string(), columns: z.array(z.string()), example: z.string() }),
})

/**
 * Refuses a database in which a collector has created tables whose attributes are not maps, as its exporter does with `json:
 * true`: views on them would fail one after another. Throws `UNSUPPORTED_TABLES`, and the errors of reading.
 */
export async function refuseUnsupported(clickhouse: ClickHouse): Promise<void> {
  const [first, ...others] = await unsupported(clickhouse)
  if (first === undefined) return
  const more = others.length === 0 ? '' : `, and so have ${others.map(({ table }) => visible(table)).join(', ')}`
  throw new ClickHouseError(
    'UNSUPPORTED_TABLES',
    `The table ${visible(first.table)} of ${clickhouse.database} has columns of type ${visible(first.example)} (${first.columns.map((column) => visible(column)).join(', ')})${more}, ` +
      'as the collector’s exporter makes them with `json: true`; Runspan reads attributes as maps. Nothing was changed. Give Runspan a database of its own, or switch ' +
      '`json` off in the exporter and let it write into new tables.',
  )
}

async function unsupported(clickhouse: ClickHouse): Promise<{ table: string; columns: string[]; example: string }[]> {
  try {
    return await clickhouse.ask(UNSUPPORTED)
  } catch (error) {
    // a missing database has no such tables
    if (error instanceof ClickHouseError && error.code === 'SCHEMA_MISSING') return []
    throw error
  }
}
