import type { ClickHouse } from '@runspan/clickhouse'
import { attributes as name, NO_METRICS, type TaskError, type TaskMetrics, type TaskStatus } from '@runspan/model'

import { isoTime, seconds, secondsBetween } from '../clickhouse-time.ts'
import { type RunDetails, requireRun } from '../find-run.ts'
import { type OpenTaskRow, openTasks } from '../open-tasks.ts'
import { AROUND_RUNS } from '../run-rows.ts'
import { shownIds } from '../shown-ids.ts'

/** One attempt of a task. Times are ISO 8601 in UTC. */
export interface TaskRow {
  readonly taskId: string
  readonly runId: string
  readonly nodeId: string
  readonly attempt: number
  readonly status: TaskStatus
  readonly startTime: string
  readonly endTime: string | null
  /** Null for a skipped task; of one that has not ended, up to the last sign of life of its run. */
  readonly durationSeconds: number | null
  readonly queueSeconds: number
  readonly dependencies: readonly string[]
  readonly error: TaskError | null
  /** Why it was skipped or cancelled. */
  readonly reason: string | null
  readonly metrics: TaskMetrics
}

const SQL = `
SELECT task_id, node_id, attempt, status, start, toDateTime64(start, 9, 'UTC') + toIntervalNanosecond(duration_ns) AS ended, duration_ns, queue_ns,
  dependencies, trace_id, span_id, error_type, error_message
FROM workflow_tasks FINAL
WHERE workflow = {workflow:String} AND run_id = {id:String}
  AND ${AROUND_RUNS}
ORDER BY start, node_id, attempt
SETTINGS do_not_merge_across_partitions_select_final = 1`

/** What is asked of one run only stays in the spans: stacks, reasons and the rarer measurements. */
const DETAILS_SQL = `
SELECT DISTINCT SpanId AS span_id, toDateTime64(Timestamp, 9, 'UTC') AS start, mapFilter((k, v) -> k = '${name.WORKFLOW_TASK_REASON}' OR startsWith(k, 'process.') OR startsWith(k, 'workflow.task.'), SpanAttributes) AS attributes,
  Events.Attributes[indexOf(Events.Name, 'exception')]['${name.EXCEPTION_STACKTRACE}'] AS stack
FROM otel_traces
WHERE TraceId IN {traces:Array(String)} AND SpanId IN {spans:Array(String)}
  AND Timestamp >= parseDateTime64BestEffort({from:String}, 9, 'UTC') AND Timestamp <= parseDateTime64BestEffort({to:String}, 9, 'UTC')`

interface Row {
  readonly task_id: string
  readonly node_id: string
  readonly attempt: number
  readonly status: TaskStatus
  readonly start: string
  readonly ended: string
  readonly duration_ns: number
  readonly queue_ns: number
  readonly dependencies: string[]
  readonly trace_id: string
  readonly span_id: string
  readonly error_type: string
  readonly error_message: string
}

interface Details {
  readonly span_id: string
  readonly start: string
  readonly attributes: Record<string, string>
  readonly stack: string
}

/** All attempts of a run's tasks in the order of their start. Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`. */
export async function tasks(clickhouse: ClickHouse, runId: string): Promise<TaskRow[]> {
  return tasksOf(clickhouse, await requireRun(clickhouse, runId))
}

/** The same for a run found already. */
export async function tasksOf(clickhouse: ClickHouse, run: RunDetails): Promise<TaskRow[]> {
  const [rows, open, ids] = await Promise.all([
    clickhouse.query<Row>(SQL, { workflow: run.workflow, id: run.run_id, from: run.start, to: run.end }),
    openTasks(clickhouse, [run]),
    shownIds(clickhouse, [run]),
  ])
  const runId = ids.get(run.run_id)!
  const stillOpen = open.map((task) => openTaskRow(task, run, runId))
  const first = rows[0]
  if (first === undefined) return stillOpen
  const details = await clickhouse.query<Details>(DETAILS_SQL, {
    traces: [...new Set(rows.map(({ trace_id }) => trace_id))],
    spans: [...new Set(rows.map(({ span_id }) => span_id))],
    from: first.start,
    to: rows.at(-1)!.start,
  })
  // some engines use one span id for all attempts: the start tells them apart
  const byAttempt = new Map(details.map((detail) => [`${detail.span_id} ${detail.start}`, detail]))
  const ended = rows.map((row) => taskRow(row, runId, byAttempt.get(`${row.span_id} ${row.start}`)))
  return [...ended, ...stillOpen].toSorted((a, b) =>
    a.startTime < b.startTime ? -1 : a.startTime > b.startTime ? 1 : 0,
  )
}

/** A task that has begun and not ended is as alive as its run. */
function openTaskRow(task: OpenTaskRow, run: RunDetails, runId: string): TaskRow {
  return {
    taskId: task.task_id,
    runId,
    nodeId: task.node_id,
    attempt: task.attempt,
    status: run.status === 'lost' ? 'lost' : 'running',
    startTime: isoTime(task.start),
    endTime: null,
    durationSeconds: Math.max(0, secondsBetween(task.start, run.end)),
    queueSeconds: 0,
    dependencies: [],
    error: null,
    reason: null,
    metrics: NO_METRICS,
  }
}

function taskRow(row: Row, runId: string, details: Details | undefined): TaskRow {
  const ended = row.status !== 'running' && row.status !== 'pending'
  const failed = row.status === 'failed'
  return {
    taskId: row.task_id,
    runId,
    nodeId: row.node_id,
    attempt: row.attempt,
    status: row.status,
    startTime: isoTime(row.start),
    endTime: ended ? isoTime(row.ended) : null,
    durationSeconds: row.status === 'skipped' ? null : seconds(row.duration_ns),
    queueSeconds: seconds(row.queue_ns),
    dependencies: row.dependencies,
    error: failed
      ? { type: row.error_type || 'Error', message: row.error_message, stack: details?.stack || null }
      : null,
    reason: details?.attributes[name.WORKFLOW_TASK_REASON] ?? null,
    metrics: details === undefined ? NO_METRICS : metricsOf(details.attributes, seconds(row.duration_ns)),
  }
}

function metricsOf(attributes: Readonly<Record<string, string>>, durationSeconds: number): TaskMetrics {
  const number = (key: string): number | null => (attributes[key] === undefined ? null : Number(attributes[key]))
  const cpuUserSeconds = number(name.PROCESS_CPU_TIME_USER)
  const cpuSystemSeconds = number(name.PROCESS_CPU_TIME_SYSTEM)
  const cpuSeconds = cpuUserSeconds === null ? null : cpuUserSeconds + (cpuSystemSeconds ?? 0)
  const prefix = name.WORKFLOW_TASK_METRIC_PREFIX
  return {
    cpuPercent: cpuSeconds === null || durationSeconds <= 0 ? null : (cpuSeconds / durationSeconds) * 100,
    cpuUserSeconds,
    cpuSystemSeconds,
    memoryBytes: number(name.PROCESS_MEMORY_USAGE),
    memoryPeakBytes: number(name.PROCESS_MEMORY_PEAK),
    memoryDeltaBytes: number(name.PROCESS_MEMORY_DELTA),
    diskReadBytes: number(name.PROCESS_DISK_IO_READ),
    diskWriteBytes: number(name.PROCESS_DISK_IO_WRITE),
    diskReadOps: number(name.PROCESS_DISK_OPERATIONS_READ),
    diskWriteOps: number(name.PROCESS_DISK_OPERATIONS_WRITE),
    networkSentBytes: number(name.PROCESS_NETWORK_IO_TRANSMIT),
    networkReceivedBytes: number(name.PROCESS_NETWORK_IO_RECEIVE),
    contextSwitches: number(name.PROCESS_CONTEXT_SWITCHES),
    concurrency: number(name.WORKFLOW_TASK_CONCURRENCY),
    custom: Object.fromEntries(
      Object.entries(attributes)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), Number(value)]),
    ),
  }
}
