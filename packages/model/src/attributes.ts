/**
 * Names, types, units and examples of the span, log and resource attributes that Runspan writes and reads. A name of the
 * OpenTelemetry semantic conventions is used wherever one exists.
 */

/** Instrumentation scope of every span and log record of Runspan. Rules check it before any attribute. */
export const SCOPE_NAME = 'runspan'

/** string. Name of the workflow. Example: `nightly-orders`. */
export const WORKFLOW_NAME = 'workflow.name'
/** string. Id of the run: a UUIDv7, or the caller's own. Example: `0199c368-bfc1-7a3e-9b1d-6f0a8e2c4d77`. */
export const WORKFLOW_RUN_ID = 'workflow.run.id'
/** string. Status of the run, on the run's span only. Example: `completed`. */
export const WORKFLOW_RUN_STATUS = 'workflow.run.status'
/** string. Id of the run that started this one. */
export const WORKFLOW_RUN_PARENT_ID = 'workflow.run.parent.id'
/** string. Id of the run that this run retries. */
export const WORKFLOW_RUN_RETRY_OF = 'workflow.run.retry_of'
/** string. What started the run. Examples: `schedule`, `manual`, `event`. */
export const WORKFLOW_RUN_TRIGGER = 'workflow.run.trigger'
/** string[]. Tags of the run, to find it by. Example: `["eu", "backfill"]`. */
export const WORKFLOW_RUN_TAGS = 'workflow.run.tags'
/** string, JSON object. Metadata that the caller stores with the run. Example: `{"date":"2026-11-24"}`. */
export const WORKFLOW_RUN_METADATA = 'workflow.run.metadata'

/** string. Stable id of the step in its workflow (the task's `nodeId`); the attempt's own id is its span id. Example: `load-warehouse`. */
export const WORKFLOW_TASK_ID = 'workflow.task.id'
/** int. Number of this attempt, from 1. */
export const WORKFLOW_TASK_ATTEMPT = 'workflow.task.attempt'
/** string. Status of the attempt. Example: `failed`. */
export const WORKFLOW_TASK_STATUS = 'workflow.task.status'
/** double, seconds. Time between being ready and being started. */
export const WORKFLOW_TASK_QUEUE_TIME = 'workflow.task.queue_time'
/** string[]. Names of the tasks this one waits for. Example: `["extract", "validate"]`. */
export const WORKFLOW_TASK_DEPENDENCIES = 'workflow.task.dependencies'
/** string. Why the run was cancelled or counted as lost. */
export const WORKFLOW_RUN_REASON = 'workflow.run.reason'
/** string. Why the task was skipped, cancelled or counted as lost. */
export const WORKFLOW_TASK_REASON = 'workflow.task.reason'
/** double, in the task's own unit. Work done so far by an open task. */
export const WORKFLOW_TASK_PROGRESS_DONE = 'workflow.task.progress.done'
/** double, in the task's own unit. Total work of the task, if known. */
export const WORKFLOW_TASK_PROGRESS_TOTAL = 'workflow.task.progress.total'
/** string. What the task is working on. Example: `orders of 24 November`. */
export const WORKFLOW_TASK_PROGRESS_MESSAGE = 'workflow.task.progress.message'
/** int. Maximum number of tasks that ran at the same time in this process while this one ran, itself included. */
export const WORKFLOW_TASK_CONCURRENCY = 'workflow.task.concurrency'
/** double, seconds. CPU time of this task on its thread, without the tasks inside it; only where CPU is attributed. */
export const WORKFLOW_TASK_CPU_TIME = 'workflow.task.cpu.time'
/** string. Whose CPU time `process.cpu.time.*` is, if not the process's: `thread` for a task in a worker thread. */
export const WORKFLOW_TASK_CPU_SCOPE = 'workflow.task.cpu.scope'
/** double, seconds. CPU time of child processes that ended and were waited for while the task ran. */
export const WORKFLOW_TASK_CHILD_CPU_TIME = 'workflow.task.child.cpu.time'
/** double, prefix. A number that the task reports itself: `workflow.task.metric.rows` = 41,213. */
export const WORKFLOW_TASK_METRIC_PREFIX = 'workflow.task.metric.'

/** double, seconds. CPU time of the process in user mode while the task ran. */
export const PROCESS_CPU_TIME_USER = 'process.cpu.time.user'
/** double, seconds. CPU time of the process in kernel mode while the task ran. */
export const PROCESS_CPU_TIME_SYSTEM = 'process.cpu.time.system'
/** int, bytes. Resident memory of the process when the task ended. */
export const PROCESS_MEMORY_USAGE = 'process.memory.usage'
/** int, bytes. Highest resident memory of the process seen while the task ran. */
export const PROCESS_MEMORY_PEAK = 'process.memory.peak'
/** int, bytes, may be negative. Resident memory at the end minus resident memory at the start. */
export const PROCESS_MEMORY_DELTA = 'process.memory.delta'
/** int, bytes. Bytes the process read, sockets and page cache included. */
export const PROCESS_DISK_IO_READ = 'process.disk.io.read'
/** int, bytes. Bytes the process wrote, sockets and page cache included. */
export const PROCESS_DISK_IO_WRITE = 'process.disk.io.write'
/** int. Read system calls of the process. */
export const PROCESS_DISK_OPERATIONS_READ = 'process.disk.operations.read'
/** int. Write system calls of the process. */
export const PROCESS_DISK_OPERATIONS_WRITE = 'process.disk.operations.write'
/** int, bytes. Bytes received over TCP while the task ran. */
export const PROCESS_NETWORK_IO_RECEIVE = 'process.network.io.receive'
/** int, bytes. Bytes sent over TCP while the task ran. */
export const PROCESS_NETWORK_IO_TRANSMIT = 'process.network.io.transmit'
/** int. Context switches of the process, voluntary and involuntary. */
export const PROCESS_CONTEXT_SWITCHES = 'process.context_switches'

/** string. Type of the error: its class or code. Example: `TimeoutError`. */
export const ERROR_TYPE = 'error.type'
export const EXCEPTION_TYPE = 'exception.type'
export const EXCEPTION_MESSAGE = 'exception.message'
export const EXCEPTION_STACKTRACE = 'exception.stacktrace'

export const SERVICE_NAME = 'service.name'
export const SERVICE_VERSION = 'service.version'
export const SERVICE_INSTANCE_ID = 'service.instance.id'

/** Event name of the log record that is written when a run starts. */
export const EVENT_RUN_STARTED = 'workflow.run.started'
/**
 * Event name of the log record that is written when a task starts; only for tasks that run longer than a second or so.
 */
export const EVENT_TASK_STARTED = 'workflow.task.started'
/** Event name of the log record that is written periodically while a run is open. */
export const EVENT_RUN_HEARTBEAT = 'workflow.run.heartbeat'
/** Event name of the log record with the progress of an open task. */
export const EVENT_TASK_PROGRESS = 'workflow.task.progress'
