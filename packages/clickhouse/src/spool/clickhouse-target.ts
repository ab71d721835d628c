import { applySchema } from '../apply-schema.ts'
import type { ClickHouse } from '../client/client.ts'
import { ClickHouseError } from '../client/errors.ts'
import type { SegmentTarget } from './delivery.ts'

/** Segments go to this ClickHouse; before the first, the schema is brought up to date if this user may do that. */
export function clickHouseTarget(clickhouse: ClickHouse): SegmentTarget {
  return {
    prepare: () => applySchemaIfAllowed(clickhouse),
    insertNative: (...insert) => clickhouse.insertNative(...insert),
  }
}

/** As `applySchema`, but a user that may not change the schema finds it as it is, and a cluster's is left as it is. */
export async function applySchemaIfAllowed(clickhouse: ClickHouse): Promise<void> {
  try {
    await applySchema(clickhouse)
  } catch (error) {
    const leave =
      error instanceof ClickHouseError && (error.code === 'ACCESS_DENIED' || error.code === 'NOT_ON_CLUSTER')
    if (!leave) throw error
  }
}
