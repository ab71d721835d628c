import { type ClickHouse, setTtl, type TtlChange } from '@runspan/clickhouse'

import { type CleanedUp, cleanUp } from './clean-up.ts'

const DAY_MS = 86_400_000

/** Limits of retention; null sets no limit. */
export interface Retention {
  /** A whole number of days. */
  readonly days: number | null
  /** Maximum ended runs. */
  readonly maxRuns?: number | null | undefined
}

/**
 * Applies the configured retention, for a process that keeps a server running: at its start, and once a day. Telemetry
 * expires by TTL; runs that ended before the kept days are deleted. Without a limit it changes nothing. Throws
 * `ClickHouseError`, and `AnalyticsError` `INVALID_RETENTION`.
 */
export async function applyRetention(
  clickhouse: ClickHouse,
  { days, maxRuns }: Retention,
): Promise<{ readonly ttl: TtlChange | null; readonly removed: CleanedUp | null }> {
  const ttl = days === null ? null : await setTtl(clickhouse, days)
  if (days === null && (maxRuns ?? null) === null) return { ttl, removed: null }
  // whole days: most data of these runs has already expired with its day
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const removed = await cleanUp(clickhouse, {
    before: days === null ? undefined : new Date(midnight - days * DAY_MS),
    maxRuns: maxRuns ?? undefined,
  })
  return { ttl, removed }
}
