import type { ClickHouse } from '@runspan/clickhouse'

import { type SeriesQuestion, taskSeries } from '../sql/daily-series.ts'

/** Usual duration of a task by day. */
export interface DailyDurations {
  readonly workflow: string
  readonly nodeId: string
  /** Days on which it completed, in order. */
  readonly days: readonly { readonly day: string; readonly p50Seconds: number }[]
}

/**
 * Returns medians of the completed attempts by task and calendar day of a time zone, without days that have none. Exact up to
 * 500,000 attempts; beyond that from the daily rollup. Throws `ClickHouseError`, `INVALID_TIME_ZONE`.
 */
export async function dailyDurations(
  clickhouse: ClickHouse,
  question: SeriesQuestion & { readonly workflow: string },
): Promise<DailyDurations[]> {
  const series = await taskSeries(clickhouse, question, { aDay: 1, days: 1 })
  return series.map(({ workflow, nodeId, points }) => ({
    workflow,
    nodeId: nodeId ?? '',
    days: points.map(([day, nanoseconds]) => ({ day, p50Seconds: nanoseconds / 1e9 })),
  }))
}
