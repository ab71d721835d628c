import { type ClickHouse, type ColumnsOf, defineQuery, type RowOf, type Zod } from '@runspan/clickhouse'
import {
  attributes as name,
  ioScopeOf,
  NO_METRICS,
  STATUSES,
  type TaskMetrics,
  type TaskRow,
  type TaskStatus,
} from '@runspan/model'

import { isoTime, seconds } from '../clickhouse-time.ts'

/** Columns of `workflow_tasks` for an attempt's row. */
export const ATTEMPT_COLUMNS = `task_id, node_id, attempt, status, start,
  toDateTime64(start, 9, 'UTC') + toIntervalNanosecond(duration_ns) AS ended, duration_ns, queue_ns,
  dependencies, trace_id, span_id, parent_span_id, error_type, error_message`

/** Maximum span ids in a parameter: ClickHouse accepts 128 KiB, about 6,900 ids. */
const MOST_IDS = 4000

/** Details that are read only for single runs stay in the spans: stacks, reasons and the rarer measurements. */
const DETAILS_SQL = `
SELECT DISTINCT SpanId AS span_id, toDateTime64(Timestamp, 9, 'UTC') AS start,
  if(Duration > 9223372036854775807, 0, Duration) AS duration_ns,
  SpanAttributes['${name.WORKFLOW_TASK_STATUS}'] AS said, mapFilter((k, v) -> k = '${name.WORKFLOW_TASK_REASON}' OR startsWith(k, 'process.') OR startsWith(k, 'workflow.task.'), SpanAttributes) AS attributes,
  Events.Attributes[indexOf(Events.Name, 'exception')]['${name.EXCEPTION_STACKTRACE}'] AS stack
FROM otel_traces
WHERE TraceId IN {traces:Array(String)} AND SpanId IN {spans:Array(String)}
  AND Timestamp >= parseDateTime64BestEffort({from:String}, 9, 'UTC') AND Timestamp <= parseDateTime64BestEffort({to:String}, 9, 'UTC')`

export interface AttemptRow {
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
  readonly parent_span_id: string
  readonly error_type: string
  readonly error_message: string
}

/** Returns the columns of `AttemptRow`. */
export function attemptColumns(z: Zod): ColumnsOf<AttemptRow> {
  return {
    task_id: z.string(),
    node_id: z.string(),
    attempt: z.number(),
    status: z.enum(STATUSES),
    start: z.string(),
    ended: z.string(),
    duration_ns: z.number(),
    queue_ns: z.number(),
    dependencies: z.array(z.string()),
    trace_id: z.string(),
    span_id: z.string(),
    parent_span_id: z.string(),
    error_type: z.string(),
    error_message: z.string(),
  }
}

const DETAILS = defineQuery({
  name: 'attempts/details',
  sql: DETAILS_SQL,
  columns: (z) => ({
    span_id: z.string(),
    start: z.string(),
    duration_ns: z.number(),
    said: z.string(),
    attributes: z.record(z.string(), z.string()),
    stack: z.string(),
  }),
})

type Details = RowOf<typeof DETAILS>

/**
 * Returns attempts with the details of their spans, in the order of the rows; `runIdOf` returns the shown id of a run.
 */
export async function attempts<R extends AttemptRow>(
  clickhouse: ClickHouse,
  rows: readonly R[],
  runIdOf: (row: R) => string,
): Promise<TaskRow[]> {
  if (rows.length === 0) return []
  const details: Details[] = []
  for (let from = 0; from < rows.length; from += MOST_IDS) {
    details.push(...(await detailsOf(clickhouse, rows.slice(from, from + MOST_IDS))))
  }
  const byAttempt = new Map(details.flatMap((detail) => recordKeys(detail, detail.said).map((key) => [key, detail])))
  const bySpan = new Map(rows.map(({ span_id, task_id }) => [span_id, task_id]))
  const detailsFor = (row: R): Details | undefined => {
    const [record, attempt] = recordKeys(row, row.status)
    return byAttempt.get(record!) ?? byAttempt.get(attempt!)
  }
  return rows.map((row) => {
    const inside = row.parent_span_id !== '' && row.parent_span_id !== row.span_id
    const parentTaskId = inside ? bySpan.get(row.parent_span_id) : undefined
    return {
      ...taskRow(row, runIdOf(row), detailsFor(row)),
      ...(parentTaskId === undefined ? {} : { parentTaskId }),
    }
  })
}

/**
 * Returns two keys of a record: for itself, and for its end. Some engines use one span id for all attempts, so the start is
 * part of the key. An attempt that was lost and then ended has two records with different end and status, and only the one
 * that won has a row.
 */
function recordKeys(
  { span_id, start, duration_ns }: Pick<AttemptRow, 'span_id' | 'start' | 'duration_ns'>,
  status: string,
): [string, string] {
  const ended = `${span_id} ${start} ${duration_ns}`
  return [`${ended} ${status}`, ended]
}

async function detailsOf(clickhouse: ClickHouse, rows: readonly AttemptRow[]): Promise<Details[]> {
  const starts = rows.map(({ start }) => start).sort()
  return clickhouse.ask(DETAILS, {
    traces: [...new Set(rows.map(({ trace_id }) => trace_id))],
    spans: [...new Set(rows.map(({ span_id }) => span_id))],
    from: starts[0],
    to: starts.at(-1),
  })
}

function taskRow(row: AttemptRow, runId: string, details: Details | undefined): TaskRow {
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
    progress: null,
    metrics: details === undefined ? NO_METRICS : metricsOf(details.attributes, seconds(row.duration_ns)),
  }
}

function metricsOf(attributes: Readonly<Record<string, string>>, durationSeconds: number): TaskMetrics {
  const number = (key: string): number | null => (attributes[key] === undefined ? null : Number(attributes[key]))
  const cpuUserSeconds = number(name.PROCESS_CPU_TIME_USER)
  const cpuSystemSeconds = number(name.PROCESS_CPU_TIME_SYSTEM)
  const cpuOwnSeconds = number(name.WORKFLOW_TASK_CPU_TIME)
  const cpuSeconds = cpuOwnSeconds ?? (cpuUserSeconds === null ? null : cpuUserSeconds + (cpuSystemSeconds ?? 0))
  const concurrency = number(name.WORKFLOW_TASK_CONCURRENCY)
  const cpuScope =
    cpuUserSeconds === null ? null : attributes[name.WORKFLOW_TASK_CPU_SCOPE] === 'thread' ? 'thread' : 'process'
  const prefix = name.WORKFLOW_TASK_METRIC_PREFIX
  return {
    cpuPercent: cpuSeconds === null || durationSeconds <= 0 ? null : (cpuSeconds / durationSeconds) * 100,
    cpuUserSeconds,
    cpuSystemSeconds,
    cpuScope,
    cpuOwnSeconds,
    childCpuSeconds: number(name.WORKFLOW_TASK_CHILD_CPU_TIME),
    memoryBytes: number(name.PROCESS_MEMORY_USAGE),
    memoryPeakBytes: number(name.PROCESS_MEMORY_PEAK),
    memoryDeltaBytes: number(name.PROCESS_MEMORY_DELTA),
    diskReadBytes: number(name.PROCESS_DISK_IO_READ),
    diskWriteBytes: number(name.PROCESS_DISK_IO_WRITE),
    diskReadOps: number(name.PROCESS_DISK_OPERATIONS_READ),
    diskWriteOps: number(name.PROCESS_DISK_OPERATIONS_WRITE),
    networkSentBytes: number(name.PROCESS_NETWORK_IO_TRANSMIT),
    networkReceivedBytes: number(name.PROCESS_NETWORK_IO_RECEIVE),
    ioScope: ioScopeOf({ concurrency, cpuScope }),
    contextSwitches: number(name.PROCESS_CONTEXT_SWITCHES),
    concurrency,
    custom: Object.fromEntries(
      Object.entries(attributes)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), Number(value)]),
    ),
  }
}
