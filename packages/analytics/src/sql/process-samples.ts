import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { median } from '../statistics/statistics.ts'
import type { Stretch } from '../statistics/trend-grid.ts'

/** A resource whose use over time can be queried. */
export type TrendMetric = 'cpu' | 'memory' | 'disk' | 'network'

const WINDOW = `ServiceName = {service:String} AND MetricName = {name:String} AND ResourceAttributes['service.instance.id'] = {instance:String}
  AND TimeUnix >= {from:DateTime} - {before:UInt32} AND TimeUnix <= {to:DateTime}`

/** Highest value in each bucket, for gauges and up-down counters. */
const LEVEL_SQL = `
SELECT toFloat64(toUnixTimestamp(toStartOfInterval(time, toIntervalSecond({interval:UInt32}), 'UTC'))) AS t, 0. AS span,
  max(value) AS value
FROM (SELECT time, sum(value) AS value FROM (
    SELECT toDateTime(TimeUnix) AS time, Attributes, max(Value) AS value FROM otel_metrics_gauge WHERE ${WINDOW}
      GROUP BY time, Attributes
    UNION ALL
    SELECT toDateTime(TimeUnix) AS time, Attributes, max(Value) AS value FROM otel_metrics_sum WHERE ${WINDOW}
      GROUP BY time, Attributes)
  GROUP BY time)
GROUP BY t ORDER BY t`

/**
 * Rate of a cumulative counter: differences per series, summed per bucket, divided by seconds. If the counter's start
 * changes, the process was restarted and the increment is the value itself.
 */
const RATE_SQL = `
SELECT toFloat64(max(toUnixTimestamp(time))) AS t, toFloat64(sum(elapsed) / uniqExact(series)) AS span,
  sum(increment) / greatest(1, span) AS value
FROM (SELECT time, series, value - if(began = lagInFrame(began, 1) OVER w, lagInFrame(value, 1, 0) OVER w,
  0) AS increment,
    dateDiff('second', if(began = lagInFrame(began, 1) OVER w, lagInFrame(time, 1) OVER w, began), time) AS elapsed
  FROM (SELECT toDateTime(TimeUnix) AS time, cityHash64(mapSort(Attributes)) AS series,
    toDateTime(StartTimeUnix) AS began, max(Value) AS value FROM otel_metrics_sum
    WHERE ${WINDOW} GROUP BY time, series, began)
  WINDOW w AS (PARTITION BY series ORDER BY time))
WHERE elapsed > 0 AND time >= {from:DateTime}
GROUP BY toStartOfInterval(time, toIntervalSecond({interval:UInt32}), 'UTC') ORDER BY t`

const stretchQuery = (name: string, sql: string) =>
  defineQuery({ name, sql, columns: (z) => ({ t: z.number(), span: z.number(), value: z.number() }) })
const LEVEL = stretchQuery('process-samples/level', LEVEL_SQL)
const RATE = stretchQuery('process-samples/rate', RATE_SQL)

const SOURCES: Readonly<Record<TrendMetric, { readonly query: typeof LEVEL; readonly name: string }>> = {
  cpu: { query: RATE, name: 'process.cpu.time' },
  memory: { query: LEVEL, name: 'process.memory.usage' },
  disk: { query: RATE, name: 'process.disk.io' },
  network: { query: RATE, name: 'process.network.io' },
}

/** Seconds before the window that give the first difference, and the level at its start. */
const BEFORE_SECONDS = 60

/**
 * Returns the samples of a process as stretches: for a counter the time between two samples, for a level the time until the
 * next sample is due. Times of samples are whole seconds since 1970. Throws `ClickHouseError`.
 */
export async function processSamples(
  clickhouse: ClickHouse,
  metric: TrendMetric,
  {
    service,
    instance,
    from,
    to,
    interval,
  }: {
    readonly service: string
    readonly instance: string
    readonly from: number
    readonly to: number
    /** Whole seconds. */
    readonly interval: number
  },
): Promise<Stretch[]> {
  if (instance === '') return []
  const { query, name } = SOURCES[metric]
  const rows = await clickhouse.ask(query, {
    service,
    instance,
    name,
    interval,
    before: BEFORE_SECONDS,
    from: Math.floor(from),
    to: Math.ceil(to),
  })
  const steps = rows.slice(1).map(({ t }, i) => t - rows[i]!.t)
  const due = Math.max(interval, median(steps) ?? 0)
  return rows.map(({ t, span, value }) =>
    query === RATE ? { from: t - span, to: t, value } : { from: t, to: t + due, value },
  )
}
