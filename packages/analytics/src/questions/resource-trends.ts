import type { ClickHouse } from '@runspan/clickhouse'

import { dateOf } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import { requireRun, type RunDetails } from '../find-run.ts'
import { tasksOf } from './tasks.ts'

export type TrendMetric = 'cpu' | 'memory' | 'disk' | 'network'

/** A resource over the time of a run. Empty arrays where nothing was measured. */
export interface ResourceTrend {
  readonly metric: TrendMetric
  /** `cores`, `bytes` or `bytes/s`. */
  readonly unit: string
  /** Length of a bucket; not under 1 s where host metrics answer, whose times are whole seconds. */
  readonly intervalSeconds: number
  /** Start of each bucket, ISO 8601. */
  readonly timestamps: readonly string[]
  readonly values: readonly number[]
  /** Where the values come from: samples of the process, or what its tasks measured at their ends. */
  readonly source: 'host metrics' | 'tasks' | 'none'
  /** True when other work ran in the process at the same time. */
  readonly shared: boolean
}

const UNITS: Readonly<Record<TrendMetric, string>> = {
  cpu: 'cores',
  memory: 'bytes',
  disk: 'bytes/s',
  network: 'bytes/s',
}

const WINDOW = `ServiceName = {service:String} AND MetricName = {name:String} AND ResourceAttributes['service.instance.id'] = {instance:String}`

/** Highest value in each bucket; gauges and up-down counters alike. */
const LEVEL_SQL = `
SELECT toFloat64(toUnixTimestamp(toStartOfInterval(time, toIntervalSecond({interval:UInt32}), 'UTC'))) AS t, max(value) AS value
FROM (SELECT time, sum(value) AS value FROM (
    SELECT toDateTime(TimeUnix) AS time, Attributes, max(Value) AS value FROM otel_metrics_gauge WHERE ${WINDOW} AND TimeUnix >= {from:DateTime} AND TimeUnix <= {to:DateTime} GROUP BY time, Attributes
    UNION ALL
    SELECT toDateTime(TimeUnix) AS time, Attributes, max(Value) AS value FROM otel_metrics_sum WHERE ${WINDOW} AND TimeUnix >= {from:DateTime} AND TimeUnix <= {to:DateTime} GROUP BY time, Attributes)
  GROUP BY time)
GROUP BY t ORDER BY t`

/**
 * Rate of a cumulative counter: differences per series, summed per bucket, by seconds. Where the counter's start changes the process began
 * anew and the increment is the value itself. One minute before the window gives the first difference.
 */
const RATE_SQL = `
SELECT toFloat64(toUnixTimestamp(toStartOfInterval(time, toIntervalSecond({interval:UInt32}), 'UTC'))) AS t, sum(increment) / greatest(1, sum(elapsed) / uniqExact(series)) AS value
FROM (SELECT time, series, value - if(began = lagInFrame(began, 1) OVER w, lagInFrame(value, 1, 0) OVER w, 0) AS increment,
    dateDiff('second', if(began = lagInFrame(began, 1) OVER w, lagInFrame(time, 1) OVER w, began), time) AS elapsed
  FROM (SELECT toDateTime(TimeUnix) AS time, cityHash64(mapSort(Attributes)) AS series, toDateTime(StartTimeUnix) AS began, max(Value) AS value FROM otel_metrics_sum
    WHERE ${WINDOW} AND TimeUnix >= {from:DateTime} - 60 AND TimeUnix <= {to:DateTime} GROUP BY time, series, began)
  WINDOW w AS (PARTITION BY series ORDER BY time))
WHERE elapsed > 0 AND time >= {from:DateTime}
GROUP BY t ORDER BY t`

const SOURCES: Readonly<Record<TrendMetric, { readonly sql: string; readonly name: string }>> = {
  cpu: { sql: RATE_SQL, name: 'process.cpu.time' },
  memory: { sql: LEVEL_SQL, name: 'process.memory.usage' },
  disk: { sql: RATE_SQL, name: 'process.disk.io' },
  network: { sql: RATE_SQL, name: 'process.network.io' },
}

/** Runs shorter than this have too few samples of whole seconds: their tasks' own measurements say more. */
const SHORT_RUN_SECONDS = 10
const MAX_BUCKETS = 10_000

/**
 * Use of a resource over the time of a run, from the samples of its process, or from its tasks' own measurements as a step function.
 * Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`, `INVALID_INTERVAL`, `INVALID_METRIC`.
 */
export async function resourceTrends(
  clickhouse: ClickHouse,
  question: { readonly runId: string; readonly metric: TrendMetric; readonly intervalSeconds?: number },
): Promise<ResourceTrend> {
  const { metric } = question
  if (!Object.hasOwn(SOURCES, metric)) {
    throw new AnalyticsError(
      'INVALID_METRIC',
      `The metric must be cpu, memory, disk or network, not "${String(metric)}".`,
    )
  }
  if (question.intervalSeconds !== undefined && !(question.intervalSeconds > 0 && question.intervalSeconds <= 86_400)) {
    throw new AnalyticsError(
      'INVALID_INTERVAL',
      `The interval must be more than 0 s and at most a day, not ${question.intervalSeconds} s.`,
    )
  }
  const run = await requireRun(clickhouse, question.runId)
  const runSeconds = run.duration_ns / 1e9
  const asked = question.intervalSeconds ?? usualInterval(runSeconds)
  if (runSeconds / asked > MAX_BUCKETS) {
    throw new AnalyticsError(
      'INVALID_INTERVAL',
      `An interval of ${asked} s gives more than ${MAX_BUCKETS} values for this run; take ${Math.ceil(runSeconds / 1000)} s.`,
    )
  }
  const interval = Math.max(1, Math.round(asked))
  const rows = runSeconds < SHORT_RUN_SECONDS ? [] : await samples(clickhouse, run, metric, interval)
  if (rows.length > 0) {
    return {
      metric,
      unit: UNITS[metric],
      intervalSeconds: interval,
      timestamps: rows.map(({ t }) => new Date(t * 1000).toISOString()),
      values: rows.map(({ value }) => value),
      source: 'host metrics',
      shared: await isShared(clickhouse, run),
    }
  }
  return fromTasks(clickhouse, run, metric, asked)
}

/** A second, or what cuts a short run into some forty steps; of a long run at most a thousand. */
function usualInterval(runSeconds: number): number {
  if (runSeconds >= SHORT_RUN_SECONDS) return Math.max(1, Math.ceil(runSeconds / 1000))
  return Math.max(0.001, Number((runSeconds / 40).toPrecision(1)))
}

async function samples(
  clickhouse: ClickHouse,
  run: RunDetails,
  metric: TrendMetric,
  interval: number,
): Promise<{ t: number; value: number }[]> {
  if (run.instance === '') return []
  const { sql, name } = SOURCES[metric]
  return clickhouse.query(sql, {
    service: run.service,
    instance: run.instance,
    name,
    interval,
    from: Math.floor(dateOf(run.start).getTime() / 1000),
    to: Math.ceil(dateOf(run.end).getTime() / 1000),
  })
}

const SHARED_SQL = `SELECT toFloat64(max(concurrency)) AS concurrency FROM workflow_tasks WHERE workflow = {workflow:String} AND run_id = {id:String}
  AND start >= parseDateTime64BestEffort({from:String}, 9, 'UTC') AND start <= parseDateTime64BestEffort({to:String}, 9, 'UTC')`

async function isShared(clickhouse: ClickHouse, run: RunDetails): Promise<boolean> {
  const [row] = await clickhouse.query<{ concurrency: number }>(SHARED_SQL, {
    workflow: run.workflow,
    id: run.run_id,
    from: run.start,
    to: run.end,
  })
  return (row?.concurrency ?? 0) > 1
}

/** Each task's use spread evenly over the time it ran; levels (memory) as the highest of the tasks running. */
async function fromTasks(
  clickhouse: ClickHouse,
  run: RunDetails,
  metric: TrendMetric,
  interval: number,
): Promise<ResourceTrend> {
  const list = (await tasksOf(clickhouse, run)).filter(
    ({ durationSeconds, metrics }) => (durationSeconds ?? 0) > 0 && metrics.memoryPeakBytes !== null,
  )
  const begin = dateOf(run.start).getTime() / 1000
  const buckets = Math.max(1, Math.ceil(run.duration_ns / 1e9 / interval))
  const values = Array.from({ length: list.length === 0 ? 0 : buckets }, () => 0)
  for (const { startTime, durationSeconds, metrics } of list) {
    const from = new Date(startTime).getTime() / 1000 - begin
    const to = from + durationSeconds!
    const use =
      {
        cpu: (metrics.cpuUserSeconds ?? 0) + (metrics.cpuSystemSeconds ?? 0),
        memory: metrics.memoryPeakBytes ?? 0,
        disk: (metrics.diskReadBytes ?? 0) + (metrics.diskWriteBytes ?? 0),
        network: (metrics.networkSentBytes ?? 0) + (metrics.networkReceivedBytes ?? 0),
      }[metric] / (metric === 'memory' ? 1 : Math.max(1, metrics.concurrency ?? 1))
    for (let i = Math.max(0, Math.floor(from / interval)); i < values.length && i * interval < to; i++) {
      const overlap = Math.min(to, (i + 1) * interval) - Math.max(from, i * interval)
      values[i] =
        metric === 'memory' ? Math.max(values[i]!, use) : values[i]! + (use * overlap) / durationSeconds! / interval
    }
  }
  return {
    metric,
    unit: UNITS[metric],
    intervalSeconds: interval,
    timestamps: values.map((_, i) => new Date((begin + i * interval) * 1000).toISOString()),
    values,
    source: values.length === 0 ? 'none' : 'tasks',
    shared: list.some(({ metrics }) => (metrics.concurrency ?? 1) > 1),
  }
}
