import type { ClickHouse } from '@runspan/clickhouse'

import { ENDED_OR_OPEN, runsWhere, type WatchedRange, type WatchedRun } from '../sql/runs-where.ts'

/**
 * A run that became silent past its limit has not recovered. Old runs of engines without heartbeats stay running for ever.
 */
const CONDITION = `duration_ns > {limit:Float64} * 1e9 AND (
  (status IN ('completed', 'failed') AND ${ENDED_OR_OPEN})
  OR (status IN ('pending', 'running') AND toUnixTimestamp64Nano(start) >= ({to:Float64} - 30 * 86400) * 1e9)
  OR (status = 'lost' AND run_id IN {open:Array(String)}))`

/**
 * Returns runs that took longer than a number of seconds: those that completed or failed in `[from, to)`, running ones past
 * it, and open findings from before; at most 2,000. Throws `ClickHouseError`.
 */
export async function runsOverLimit(
  clickhouse: ClickHouse,
  { limitSeconds, ...range }: WatchedRange & { readonly limitSeconds: number },
): Promise<WatchedRun[]> {
  return runsWhere(clickhouse, { name: 'runs-over-limit', condition: CONDITION, limit: limitSeconds }, range)
}
