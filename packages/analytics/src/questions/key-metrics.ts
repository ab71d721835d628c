import { type ClickHouse, defineQuery, TASK_CPU_NS } from '@runspan/clickhouse'
import type { RunStatus, TaskCounts } from '@runspan/model'

import { isoTime, seconds } from '../clickhouse-time.ts'
import { requireRun } from '../sql/find-run.ts'
import { AROUND_RUNS } from '../sql/run-rows.ts'
import { timesUsual } from '../statistics/times-usual.ts'
import { taskCounts } from './task-counts.ts'
import { usualDurations } from './usual-durations.ts'

/** Key metrics of one run, for alarms. Seconds and bytes; null if not measured. */
export interface KeyMetrics {
  readonly runId: string
  readonly workflow: string
  readonly status: RunStatus
  readonly startTime: string
  readonly durationSeconds: number
  /** Median of the last 20 completed runs that started before it; null with fewer than 5. */
  readonly usualDurationSeconds: number | null
  /** durationSeconds ÷ usualDurationSeconds; null before the run has ended. */
  readonly durationRatio: number | null
  readonly tasks: TaskCounts
  /** Failed ÷ (completed + failed) attempts. */
  readonly failureRate: number | null
  readonly retries: number
  readonly cpuSeconds: number | null
  /** Highest resident memory of any process while one of the tasks ran. */
  readonly memoryPeakBytes: number | null
  readonly diskReadBytes: number | null
  readonly diskWriteBytes: number | null
  readonly networkSentBytes: number | null
  readonly networkReceivedBytes: number | null
  /** Sum of all queue times. */
  readonly queueSeconds: number
}

/** A process's counters belong to all tasks that ran in it at the same time: each gets its part by `concurrency`. */
const SQL = `
SELECT countIf(status = 'failed') / nullIf(countIf(status IN ('completed', 'failed')), 0) AS failureRate,
  toFloat64(countIf(memory_peak_bytes > 0)) AS measured,
  sum(${TASK_CPU_NS}) / 1e9 AS cpuSeconds, toFloat64(max(memory_peak_bytes)) AS memoryPeakBytes,
  sum(read_bytes / greatest(1, concurrency)) AS diskReadBytes,
    sum(written_bytes / greatest(1, concurrency)) AS diskWriteBytes,
  sum(sent_bytes / greatest(1, concurrency)) AS networkSentBytes,
    sum(received_bytes / greatest(1, concurrency)) AS networkReceivedBytes,
  sum(queue_ns) / 1e9 AS queueSeconds
FROM workflow_tasks FINAL
WHERE workflow = {workflow:String} AND run_id = {id:String}
  AND ${AROUND_RUNS}`

const USE = defineQuery({
  name: 'key-metrics',
  sql: SQL,
  columns: (z) => ({
    failureRate: z.nullable(z.number()),
    measured: z.number(),
    cpuSeconds: z.number(),
    memoryPeakBytes: z.number(),
    diskReadBytes: z.number(),
    diskWriteBytes: z.number(),
    networkSentBytes: z.number(),
    networkReceivedBytes: z.number(),
    queueSeconds: z.number(),
  }),
})

/** Returns key metrics of a run. Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`. */
export async function keyMetrics(clickhouse: ClickHouse, runId: string): Promise<KeyMetrics> {
  const run = await requireRun(clickhouse, runId)
  const [rows, counts, [usual = null]] = await Promise.all([
    clickhouse.ask(USE, { workflow: run.workflow, id: run.run_id, from: run.start, to: run.end }),
    taskCounts(clickhouse, [run]),
    usualDurations(clickhouse, [{ workflow: run.workflow, startTime: isoTime(run.start) }]),
  ])
  const row = rows[0]!
  const tasks = counts.get(run.run_id)!
  const durationSeconds = seconds(run.duration_ns)
  const measured = (value: number): number | null => (row.measured > 0 ? value : null)
  return {
    runId,
    workflow: run.workflow,
    status: run.status,
    startTime: isoTime(run.start),
    durationSeconds,
    usualDurationSeconds: usual?.medianSeconds ?? null,
    durationRatio: timesUsual({ status: run.status, durationSeconds }, usual),
    tasks,
    failureRate: row.failureRate,
    retries: tasks.retries,
    cpuSeconds: measured(row.cpuSeconds),
    memoryPeakBytes: measured(row.memoryPeakBytes),
    diskReadBytes: measured(row.diskReadBytes),
    diskWriteBytes: measured(row.diskWriteBytes),
    networkSentBytes: measured(row.networkSentBytes),
    networkReceivedBytes: measured(row.networkReceivedBytes),
    queueSeconds: row.queueSeconds,
  }
}
