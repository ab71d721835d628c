import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { checkTimeZone } from '../parameters/time-zone.ts'
import { IN_RANGE, type Range, rangeParameters, RUN_ROWS } from '../sql/run-rows.ts'
import { weightedQuantiles } from '../sql/weighted.ts'

/** Runs of a calendar day. Null if no run ended: a day without runs has no duration, not a duration of 0. */
export interface DailyMetrics {
  /** `2026-11-24`, in the requested time zone. */
  readonly day: string
  readonly runs: number
  readonly failed: number
  readonly lost: number
  readonly successRate: number | null
  readonly p50DurationSeconds: number | null
  readonly p95DurationSeconds: number | null
}

const SQL = `
SELECT toString(toDate(toTimeZone(start, {tz:String}))) AS day, sum(weight) AS runs,
  sumIf(weight, status = 'failed') AS failed, sumIf(weight, status = 'lost') AS lost,
  sumIf(weight, status = 'completed') / nullIf(sumIf(weight, ended),
    0) AS successRate, ${weightedQuantiles('duration_ns', 'ended')} AS quantiles,
  if(countIf(ended) = 0, NULL, quantiles[1] / 1e9) AS p50DurationSeconds,
    if(countIf(ended) = 0, NULL, quantiles[2] / 1e9) AS p95DurationSeconds
FROM ${RUN_ROWS} WHERE ${IN_RANGE}
GROUP BY day ORDER BY day`

const DAYS = defineQuery({
  name: 'daily-metrics',
  sql: SQL,
  columns: (z) => ({
    day: z.string(),
    runs: z.number(),
    failed: z.number(),
    lost: z.number(),
    successRate: z.nullable(z.number()),
    quantiles: z.unknown(),
    p50DurationSeconds: z.nullable(z.number()),
    p95DurationSeconds: z.nullable(z.number()),
  }),
})

/**
 * Returns key metrics by calendar day of a time zone (IANA name, default UTC), without days that have no runs. If a sampler
 * left runs out, each stored run counts for those it represents. Throws `ClickHouseError`, `INVALID_TIME_ZONE`.
 */
export async function dailyMetrics(
  clickhouse: ClickHouse,
  range: Range & { readonly timeZone?: string | undefined } = {},
): Promise<DailyMetrics[]> {
  const rows = await clickhouse.ask(DAYS, {
    ...rangeParameters(range),
    tz: checkTimeZone(range.timeZone),
  })
  return rows.map(({ quantiles: _, ...row }) => row)
}
