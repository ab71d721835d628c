import { EVENT_TYPES, STATUS_NUMBER } from '@runspan/model'
import type { ColumnDefinition } from '@runspan/spool'

import { RUN_VALUES } from './run-values.ts'

/** `Enum8('pending' = 0, …)`: the statuses as stored in the tables. */
export const STATUS_ENUM: string = `Enum8(${Object.entries(STATUS_NUMBER)
  .map(([status, number]) => `'${status}' = ${number}`)
  .join(', ')})`

const NAME = { type: 'LowCardinality(String)', codec: 'ZSTD(1)' }
const ID = { type: 'String', codec: 'ZSTD(1)' }
const COUNT = { type: 'UInt64', codec: 'ZSTD(1)' }
const START = { type: "DateTime64(9, 'UTC')", codec: 'Delta(8), ZSTD(1)' }

/**
 * One row an attempt of a task. `ver` orders repeated records of one attempt: final over lost over running, then the later
 * end.
 */
export const WORKFLOW_TASKS: readonly ColumnDefinition[] = [
  { name: 'workflow', ...NAME },
  { name: 'node_id', ...NAME },
  { name: 'start', ...START },
  { name: 'run_id', ...ID },
  { name: 'task_id', ...ID },
  { name: 'attempt', type: 'UInt16', codec: 'ZSTD(1)' },
  { name: 'status', type: STATUS_ENUM, codec: 'ZSTD(1)' },
  { name: 'duration_ns', ...COUNT },
  { name: 'queue_ns', ...COUNT },
  { name: 'dependencies', type: 'Array(LowCardinality(String))', codec: 'ZSTD(1)' },
  { name: 'trace_id', ...ID },
  { name: 'span_id', ...ID },
  { name: 'parent_span_id', ...ID },
  { name: 'version', ...NAME },
  { name: 'service', ...NAME },
  { name: 'instance', ...NAME },
  { name: 'error_type', ...NAME },
  { name: 'error_message', ...ID },
  { name: 'error_key', ...COUNT },
  { name: 'cpu_user_ns', ...COUNT },
  { name: 'cpu_system_ns', ...COUNT },
  { name: 'cpu_own_ns', ...COUNT },
  { name: 'memory_peak_bytes', ...COUNT },
  { name: 'read_bytes', ...COUNT },
  { name: 'written_bytes', ...COUNT },
  { name: 'sent_bytes', ...COUNT },
  { name: 'received_bytes', ...COUNT },
  { name: 'concurrency', type: 'UInt16', codec: 'ZSTD(1)' },
  { name: 'ver', ...COUNT },
  { name: 'seen', type: 'DateTime', fallback: 'now()', codec: 'Delta(4), ZSTD(1)' },
]

/**
 * CPU of one attempt in nanoseconds: its own if attributed, else that of the process, or thread, divided by the number of
 * concurrent tasks.
 */
export const TASK_CPU_NS =
  'if(cpu_own_ns > 0, toFloat64(cpu_own_ns), (cpu_user_ns + cpu_system_ns) / greatest(1, concurrency))'

/** Bytes of one attempt: those of the process divided by the number of concurrent tasks. */
export const TASK_DISK_BYTES = '(read_bytes + written_bytes) / greatest(1, concurrency)'
export const TASK_NETWORK_BYTES = '(sent_bytes + received_bytes) / greatest(1, concurrency)'

/** Attempts whose run is found through their parent span, which may arrive later: stored until it is known. */
export const WORKFLOW_UNPLACED_TASKS: readonly ColumnDefinition[] = WORKFLOW_TASKS.filter(
  ({ name }) => name !== 'workflow' && name !== 'run_id',
)

/** Spans that are runs, by their ids, to resolve the runs of tasks. */
export const WORKFLOW_RUN_SPANS: readonly ColumnDefinition[] = [
  { name: 'trace_id', ...ID },
  { name: 'span_id', ...ID },
  { name: 'run_id', ...ID },
  { name: 'workflow', ...NAME },
  { name: 'seen', type: 'DateTime', fallback: 'now()', codec: 'Delta(4), ZSTD(1)' },
]

function merged(aggregate: 'min' | 'max', type: string, codec = 'ZSTD(1)'): { type: string; codec: string } {
  return { type: `SimpleAggregateFunction(${aggregate}, ${type})`, codec }
}

const MERGED_NAME = merged('max', 'LowCardinality(String)')
const MERGED_TEXT = merged('max', 'String')
const MERGED = { name: MERGED_NAME, text: MERGED_TEXT, number: merged('max', 'Float64') } as const
const EARLIEST = merged('min', "DateTime64(9, 'UTC')", 'Delta(8), ZSTD(1)')
const LATEST = merged('max', "DateTime64(9, 'UTC')", 'Delta(8), ZSTD(1)')

/**
 * One row a run, merged from any number of records in any order. `state` holds rank (2 bits), microseconds since 1970 and
 * status (4 bits): its maximum is the run's status, so the latest final record wins and no late heartbeat undoes an end.
 * `outcome` is the state of a final record in 16 hexadecimal digits and its error or reason: its maximum is that of the
 * winning record. `error` is any error other than the guess that a run is lost.
 */
export const WORKFLOW_RUNS: readonly ColumnDefinition[] = [
  { name: 'run_id', ...ID },
  { name: 'run_key', ...MERGED_TEXT },
  { name: 'engine', ...MERGED_NAME },
  { name: 'workflow', ...MERGED_NAME },
  { name: 'state', ...merged('max', 'UInt64') },
  { name: 'own_start', ...EARLIEST },
  { name: 'own_end', ...LATEST },
  { name: 'first_task', ...EARLIEST },
  { name: 'last_task', ...LATEST },
  { name: 'last_seen', ...LATEST },
  ...RUN_VALUES.map(({ name, kind }) => ({ name, ...MERGED[kind] })),
  { name: 'outcome', ...MERGED_TEXT },
]

/**
 * Failed and cancelled attempts, and retries: all that flaky tasks and failure clusters need. A lost attempt may be corrected
 * when its end arrives late.
 */
export const WORKFLOW_TASK_INCIDENTS: readonly ColumnDefinition[] = WORKFLOW_TASKS.filter(({ name }) =>
  [
    'workflow',
    'node_id',
    'start',
    'run_id',
    'task_id',
    'attempt',
    'status',
    'duration_ns',
    'queue_ns',
    'version',
    'error_type',
    'error_message',
    'error_key',
    'ver',
  ].includes(name),
)

/**
 * Numbers of a task's day, recomputed as a whole whenever a row of that day arrives. The row without a workflow has the time
 * of the view's last look.
 */
export const WORKFLOW_TASK_STATS: readonly ColumnDefinition[] = [
  { name: 'workflow', ...NAME },
  { name: 'node_id', ...NAME },
  { name: 'day', type: 'Date', codec: 'ZSTD(1)' },
  { name: 'version', ...NAME },
  { name: 'computed', type: 'DateTime', codec: 'ZSTD(1)' },
  { name: 'n', ...COUNT },
  { name: 'completed', ...COUNT },
  { name: 'failed', ...COUNT },
  { name: 'skipped', ...COUNT },
  { name: 'cancelled', ...COUNT },
  { name: 'retries', ...COUNT },
  { name: 'duration_ns', ...COUNT },
  { name: 'first_attempts', ...COUNT },
  { name: 'queue_ns', ...COUNT },
  { name: 'max_ns', ...COUNT },
  { name: 'cpu_ns', ...COUNT },
  { name: 'gigabyte_seconds', type: 'Float64', codec: 'ZSTD(1)' },
  { name: 'memory_peak_bytes', ...COUNT },
  { name: 'failed_ns', ...COUNT },
  { name: 'p50_ns', type: 'Float64', codec: 'ZSTD(1)' },
  { name: 'p95_ns', type: 'Float64', codec: 'ZSTD(1)' },
  { name: 'durations', type: 'AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64)', codec: 'ZSTD(1)' },
  { name: 'longest_ns', ...COUNT },
  { name: 'max_cpu_ns', type: 'Float64', codec: 'ZSTD(1)' },
  { name: 'max_disk_bytes', type: 'Float64', codec: 'ZSTD(1)' },
  { name: 'max_network_bytes', type: 'Float64', codec: 'ZSTD(1)' },
  { name: 'sample', type: 'Array(UInt64)', codec: 'ZSTD(1)' },
]

/** Latest progress of a task: when, done, total (NaN if unknown), message. */
export const PROGRESS_TYPE = "Tuple(at DateTime64(9, 'UTC'), done Float64, total Float64, message String)"

/** Runs and tasks that started, with their last heartbeat, from log records; deleted after 30 days. */
export const WORKFLOW_OPEN: readonly ColumnDefinition[] = [
  { name: 'run_id', ...ID },
  { name: 'task_id', ...ID },
  { name: 'attempt', type: 'UInt16', codec: 'ZSTD(1)' },
  { name: 'day', type: 'SimpleAggregateFunction(min, Date)', codec: 'ZSTD(1)' },
  { name: 'workflow', ...MERGED_NAME },
  { name: 'node_id', ...MERGED_NAME },
  { name: 'start', ...EARLIEST },
  { name: 'last_seen', ...LATEST },
  { name: 'latest_progress', ...merged('max', PROGRESS_TYPE) },
]

const EVENT_ENUM = `Enum8(${EVENT_TYPES.map((type, index) => `'${type}' = ${index + 1}`).join(', ')})`

/**
 * Events, one row each, in the order in which they arrived: block numbers rise with every insert and survive merges, so
 * `(_block_number, _block_offset)` is a position from which a reader can resume. Repeated records make repeated rows; readers
 * take the first.
 */
export const WORKFLOW_EVENTS: readonly ColumnDefinition[] = [
  { name: 'time', ...START },
  { name: 'kind', type: EVENT_ENUM, codec: 'ZSTD(1)' },
  { name: 'workflow', ...NAME },
  { name: 'run_id', ...ID },
  { name: 'node_id', ...NAME },
  { name: 'task_id', ...ID },
  { name: 'attempt', type: 'UInt16', codec: 'ZSTD(1)' },
  { name: 'duration_ns', ...COUNT },
  { name: 'error_type', ...NAME },
  { name: 'error', ...ID },
  { name: 'done', type: 'Float64', codec: 'ZSTD(1)' },
  { name: 'total', type: 'Float64', codec: 'ZSTD(1)' },
  { name: 'seen', type: 'DateTime', fallback: 'now()', codec: 'Delta(4), ZSTD(1)' },
]
