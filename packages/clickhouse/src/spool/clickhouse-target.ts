import { applySchema } from '../apply-schema.ts'
import type { ClickHouse } from '../client/client.ts'
import { ClickHouseError } from '../client/errors.ts'
import type { SegmentTarget } from './delivery.ts'
import { tell } from './tell.ts'

/** Segments go to this ClickHouse; before the first, the schema is brought up to date if this user may do that. */
export function clickHouseTarget(clickhouse: ClickHouse): SegmentTarget {
  return {
    prepare: () => applySchemaIfAllowed(clickhouse),
    insertNative: (...insert) => clickhouse.insertNative(...insert),
  }
}

/**
 * As `applySchema`, but a user that may not change the schema finds it as it is, and a cluster's, or that of a newer Runspan, is left as it is; the latter
 * is told to `warn`.
 */
export async function applySchemaIfAllowed(
  clickhouse: ClickHouse,
  warn: (text: string) => void = (text) => tell('warn', text),
): Promise<void> {
  try {
    await applySchema(clickhouse)
  } catch (error) {
    if (!(error instanceof ClickHouseError) || !LEFT_AS_IT_IS.has(error.code)) throw error
    if (error.code === 'SCHEMA_NEWER') warn(error.message)
  }
}

const LEFT_AS_IT_IS: ReadonlySet<string> = new Set(['ACCESS_DENIED', 'NOT_ON_CLUSTER', 'SCHEMA_NEWER'])
