import { type SegmentTarget, log } from '@runspan/spool'

import { applySchema } from './apply-schema.ts'
import type { ClickHouse } from './client/client.ts'
import { ClickHouseError } from './client/errors.ts'

/**
 * Returns a target that stores segments in this ClickHouse. Before the first segment it updates the schema, if this user may
 * do that.
 */
export function clickHouseTarget(clickhouse: ClickHouse): SegmentTarget {
  return {
    prepare: () => applySchemaIfAllowed(clickhouse),
    insertNative: (...insert) => clickhouse.insertNative(...insert),
  }
}

/**
 * Applies the schema as `applySchema` does, but leaves it unchanged if this user may not change it, if it is a cluster's, or
 * if a newer Runspan has changed it; in the last case it calls `warn`.
 */
export async function applySchemaIfAllowed(
  clickhouse: ClickHouse,
  warn: (text: string) => void = (text) => log('warn', text),
): Promise<void> {
  try {
    await applySchema(clickhouse)
  } catch (error) {
    if (!(error instanceof ClickHouseError) || !LEFT_AS_IT_IS.has(error.code)) throw error
    if (error.code === 'SCHEMA_NEWER') warn(error.message)
  }
}

const LEFT_AS_IT_IS: ReadonlySet<string> = new Set(['ACCESS_DENIED', 'NOT_ON_CLUSTER', 'SCHEMA_NEWER'])
