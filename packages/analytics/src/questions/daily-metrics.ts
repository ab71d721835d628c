import type { ClickHouse } from '@runspan/clickhouse'

import { IN_RANGE, type Range, rangeParameters, RUN_ROWS } from '../run-rows.ts'
import { checkTimeZone } from '../time-zone.ts'

/** A calendar day of runs. Null where no run ended: a day without runs has no duration, not a duration of 0. */
export interface DailyMetrics {
  /** `2026-11-24`, a day of the time zone asked for. */
  readonly day: string
  readonly runs: number
  readonly failed: number
  readonly lost: number
  readonly successRate: number | null
  readonly p50DurationSeconds: number | null
  readonly p95DurationSeconds: number | null
}

const SQL = `
SELECT toString(toDate(toTimeZone(start, {tz:String}))) AS day, toFloat64(count()) AS runs, toFloat64(countIf(status = 'failed')) AS failed, toFloat64(countIf(status = 'lost')) AS lost,
  countIf(status = 'completed') / nullIf(countIf(ended), 0) AS successRate, quantilesExactIf(0.5, 0.95)(duration_ns, ended) AS quantiles,
  if(countIf(ended) = 0, NULL, quantiles[1] / 1e9) AS p50DurationSeconds, if(countIf(ended) = 0, NULL, quantiles[2] / 1e9) AS p95DurationSeconds
FROM ${RUN_ROWS} WHERE ${IN_RANGE}
GROUP BY day ORDER BY day`

/** Key metrics by calendar day of a time zone (IANA name, default UTC), days without runs left out. Throws `ClickHouseError`, `INVALID_TIME_ZONE`. */
export async function dailyMetrics(
  clickhouse: ClickHouse,
  range: Range & { readonly timeZone?: string | undefined } = {},
): Promise<DailyMetrics[]> {
  const rows = await clickhouse.query<DailyMetrics & { quantiles?: unknown }>(SQL, {
    ...rangeParameters(range),
    tz: checkTimeZone(range.timeZone),
  })
  return rows.map(({ quantiles: _, ...row }) => row)
}
