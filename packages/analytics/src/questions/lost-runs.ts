import type { ClickHouse } from '@runspan/clickhouse'

import { ENDED_OR_OPEN, runsWhere, type WatchedRange, type WatchedRun } from '../sql/runs-where.ts'

const CONDITION = `status = 'lost' AND ${ENDED_OR_OPEN}`

/** Returns runs whose last sign of life came in `[from, to)` and that have been silent since, and those found before that are silent still; 2,000 at most. Throws `ClickHouseError`. */
export async function lostRuns(clickhouse: ClickHouse, range: WatchedRange): Promise<WatchedRun[]> {
  return runsWhere(clickhouse, { name: 'lost-runs', condition: CONDITION }, range)
}
