import { type ClickHouse, setTtl, type TtlChange } from '@runspan/clickhouse'

import { type CleanedUp, cleanUp } from './clean-up.ts'

const DAY_MS = 86_400_000

/** How long things are kept; null sets no limit. */
export interface Retention {
  /** A whole number of days. */
  readonly days: number | null
  /** How many ended runs. */
  readonly maxRuns?: number | null | undefined
}

/**
 * Does what configuration says of retention, for whoever keeps a server up: at its start, and once a day. Telemetry expires by TTL; runs that ended before
 * the days that are kept are removed. With no limit given it changes nothing. Throws `ClickHouseError`, and `AnalyticsError` `INVALID_RETENTION`.
 */
export async function applyRetention(
  clickhouse: ClickHouse,
  { days, maxRuns }: Retention,
): Promise<{ readonly ttl: TtlChange | null; readonly removed: CleanedUp | null }> {
  const ttl = days === null ? null : await setTtl(clickhouse, days)
  if (days === null && (maxRuns ?? null) === null) return { ttl, removed: null }
  // whole days: most of what belongs to these runs has expired with its day already
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const removed = await cleanUp(clickhouse, {
    before: days === null ? undefined : new Date(midnight - days * DAY_MS),
    maxRuns: maxRuns ?? undefined,
  })
  return { ttl, removed }
}
