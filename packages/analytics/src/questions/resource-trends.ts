import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import type { TaskMetrics } from '@runspan/model'

import { dateOf } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import { requireRun } from '../sql/find-run.ts'
import { processSamples, type TrendMetric } from '../sql/process-samples.ts'
import type { RunDetails } from '../sql/run-rows.ts'
import { AROUND_RUNS } from '../sql/run-rows.ts'
import { highestLevels, ratesOf, type Stretch } from '../statistics/trend-grid.ts'
import { tasksOf } from './tasks.ts'

/** A resource over the time of a run. Empty arrays if nothing was measured. */
export interface ResourceTrend {
  readonly metric: TrendMetric
  /** `cores`, `bytes` or `bytes/s`. */
  readonly unit: string
  /**
   * Seconds of a step. At least 1 s if host metrics, whose times are whole seconds, answer for a run of 10 s or more.
   */
  readonly intervalSeconds: number
  /** Start of each step, ISO 8601. */
  readonly timestamps: readonly string[]
  /** One value a step; null if nothing was measured. */
  readonly values: readonly (number | null)[]
  /** Source of the values: samples of the process, measurements of its tasks at their ends, or both. */
  readonly source: 'host metrics' | 'tasks' | 'both' | 'none'
  /** True if a task of another run ran in the process meanwhile. */
  readonly shared: boolean
}

const UNITS: Readonly<Record<TrendMetric, string>> = {
  cpu: 'cores',
  memory: 'bytes',
  disk: 'bytes/s',
  network: 'bytes/s',
}

/** Seconds below which a run is shown in steps of less than a second, from its tasks' own measurements. */
const SHORT_RUN_SECONDS = 10
const MAX_BUCKETS = 10_000

/**
 * Returns the use of a resource over the time of a run, from the samples of its process and its tasks' own measurements; null
 * where neither has a value.
 * Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`, `INVALID_INTERVAL`, `INVALID_METRIC`.
 */
export async function resourceTrends(
  clickhouse: ClickHouse,
  question: { readonly runId: string; readonly metric: TrendMetric; readonly intervalSeconds?: number },
): Promise<ResourceTrend> {
  const { metric } = question
  if (!Object.hasOwn(UNITS, metric)) {
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
  const begin = dateOf(run.start).getTime() / 1000
  const end = dateOf(run.end).getTime() / 1000
  const tasks = await taskStretches(clickhouse, run, metric)
  const isShort = runSeconds < SHORT_RUN_SECONDS
  const seconds = Math.max(1, Math.round(asked))
  const samples = await processSamples(clickhouse, metric, {
    service: run.service,
    instance: run.instance,
    from: begin,
    to: end,
    interval: isShort ? 1 : seconds,
  })
  const hasSamples = samples.some((sample) => sample.to > begin && sample.from <= end)
  // samples have whole seconds: in a long run steps start at those; in a short run its tasks have more detail
  const interval = hasSamples && !isShort ? seconds : asked
  const origin = hasSamples && interval >= 1 ? Math.floor(begin / interval) * interval : begin
  const whole = Math.max(1, Math.ceil((end - origin) / interval - 1e-9))
  // a sample of the second in which the run ended counts
  const isPastEnd = interval >= 1 && samples.some(({ from }) => from >= origin + whole * interval)
  const grid = { begin: origin, interval, steps: whole + (isPastEnd ? 1 : 0) }
  const values = metric === 'memory' ? highestLevels(grid, [...samples, ...tasks]) : ratesOf(grid, { samples, tasks })
  const isMeasured = values.some((value) => value !== null)
  const shown = isMeasured ? values : []
  return {
    metric,
    unit: UNITS[metric],
    intervalSeconds: interval,
    timestamps: shown.map((_, i) => new Date((origin + i * interval) * 1000).toISOString()),
    values: shown,
    source: isMeasured ? sourceOf(hasSamples, tasks.length > 0) : 'none',
    shared: isMeasured && (await isShared(clickhouse, run)),
  }
}

function sourceOf(hasSamples: boolean, hasTasks: boolean): ResourceTrend['source'] {
  return hasSamples ? (hasTasks ? 'both' : 'host metrics') : 'tasks'
}

/**
 * Returns a second, or an interval that cuts a short run into about forty steps and a long run into at most a thousand.
 */
function usualInterval(runSeconds: number): number {
  if (runSeconds >= SHORT_RUN_SECONDS) return Math.max(1, Math.ceil(runSeconds / 1000))
  return Math.max(0.001, Number((runSeconds / 40).toPrecision(1)))
}

const SHARED_SQL = `SELECT toFloat64(count() > 0) AS shared FROM workflow_tasks
WHERE workflow IN (SELECT workflow FROM workflow_runs WHERE service = {service:String} AND instance = {instance:String})
  AND service = {service:String} AND instance = {instance:String} AND run_id != {id:String} AND status != 'skipped'
    AND ${AROUND_RUNS}
  AND start < parseDateTime64BestEffort({to:String}, 9, 'UTC')
  AND toUnixTimestamp64Nano(start) + toInt64(duration_ns) > toUnixTimestamp64Nano(parseDateTime64BestEffort({from:String},
    9, 'UTC'))`

const SHARED = defineQuery({
  name: 'resource-trends/shared',
  sql: SHARED_SQL,
  columns: (z) => ({ shared: z.number() }),
})

/** Returns whether a task of another run ran in the same process meanwhile. */
async function isShared(clickhouse: ClickHouse, run: RunDetails): Promise<boolean> {
  if (run.instance === '') return false
  const { service, instance, run_id: id, start: from, end: to } = run
  const [row] = await clickhouse.ask(SHARED, { service, instance, id, from, to })
  return row?.shared === 1
}

/** Returns each task's measurement, spread evenly over its time: its memory peak, or its part of the process's use. */
async function taskStretches(clickhouse: ClickHouse, run: RunDetails, metric: TrendMetric): Promise<Stretch[]> {
  const list = await tasksOf(clickhouse, run)
  return list.flatMap(({ startTime, durationSeconds, metrics }) => {
    const use = useOf(metrics, metric)
    if (use === null || durationSeconds === null || durationSeconds <= 0) return []
    const from = new Date(startTime).getTime() / 1000
    const value = metric === 'memory' ? use : use / Math.max(1, metrics.concurrency ?? 1) / durationSeconds
    return [{ from, to: from + durationSeconds, value }]
  })
}

/** Returns the use; null if it was not measured. */
function useOf(metrics: TaskMetrics, metric: TrendMetric): number | null {
  switch (metric) {
    case 'cpu':
      return sumOf(metrics.cpuUserSeconds, metrics.cpuSystemSeconds)
    case 'memory':
      return metrics.memoryPeakBytes
    case 'disk':
      return sumOf(metrics.diskReadBytes, metrics.diskWriteBytes)
    case 'network':
      return sumOf(metrics.networkSentBytes, metrics.networkReceivedBytes)
  }
}

function sumOf(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0)
}
