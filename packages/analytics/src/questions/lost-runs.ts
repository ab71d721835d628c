import type { ClickHouse } from '@runspan/clickhouse'

import { ENDED_OR_OPEN, runsWhere, type WatchedRange, type WatchedRun } from '../sql/runs-where.ts'

const CONDITION = `status = 'lost' AND ${ENDED_OR_OPEN}`

/**
 * Returns runs whose last heartbeat came in `[from, to)` and that have been silent since, and open findings that are still
 * silent; at most 2,000. Throws `ClickHouseError`.
 */
export async function lostRuns(clickhouse: ClickHouse, range: WatchedRange): Promise<WatchedRun[]> {
  return runsWhere(clickhouse, { name: 'lost-runs', condition: CONDITION }, range)
}
