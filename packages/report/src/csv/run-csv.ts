import { type CsvColumn, type RunReport, toCsv } from '@runspan/analytics'
import type { RunSummary, TaskRow } from '@runspan/model'

const ATTEMPTS: readonly CsvColumn<TaskRow>[] = [
  { title: 'runId', value: ({ runId }) => runId },
  { title: 'task', value: ({ nodeId }) => nodeId },
  { title: 'taskId', value: ({ taskId }) => taskId },
  { title: 'attempt', value: ({ attempt }) => attempt },
  { title: 'status', value: ({ status }) => status },
  { title: 'startTime', value: ({ startTime }) => startTime },
  { title: 'endTime', value: ({ endTime }) => endTime },
  { title: 'durationSeconds', value: ({ durationSeconds }) => durationSeconds },
  { title: 'queueSeconds', value: ({ queueSeconds }) => queueSeconds },
  { title: 'dependencies', value: ({ dependencies }) => dependencies.join(' ') },
  { title: 'reason', value: ({ reason }) => reason },
  { title: 'errorType', value: ({ error }) => error?.type },
  { title: 'errorMessage', value: ({ error }) => error?.message },
  { title: 'cpuUserSeconds', value: ({ metrics }) => metrics.cpuUserSeconds },
  { title: 'cpuSystemSeconds', value: ({ metrics }) => metrics.cpuSystemSeconds },
  { title: 'memoryPeakBytes', value: ({ metrics }) => metrics.memoryPeakBytes },
  { title: 'diskReadBytes', value: ({ metrics }) => metrics.diskReadBytes },
  { title: 'diskWriteBytes', value: ({ metrics }) => metrics.diskWriteBytes },
  { title: 'networkSentBytes', value: ({ metrics }) => metrics.networkSentBytes },
  { title: 'networkReceivedBytes', value: ({ metrics }) => metrics.networkReceivedBytes },
  { title: 'concurrency', value: ({ metrics }) => metrics.concurrency },
]

const RUNS: readonly CsvColumn<RunSummary>[] = [
  { title: 'runId', value: ({ runId }) => runId },
  { title: 'workflow', value: ({ workflow }) => workflow },
  { title: 'status', value: ({ status }) => status },
  { title: 'startTime', value: ({ startTime }) => startTime },
  { title: 'endTime', value: ({ endTime }) => endTime },
  { title: 'durationSeconds', value: ({ durationSeconds }) => durationSeconds },
  { title: 'tasks', value: ({ tasks }) => tasks.total },
  { title: 'tasksCompleted', value: ({ tasks }) => tasks.completed },
  { title: 'tasksFailed', value: ({ tasks }) => tasks.failed },
  { title: 'tasksSkipped', value: ({ tasks }) => tasks.skipped },
  { title: 'tasksCancelled', value: ({ tasks }) => tasks.cancelled },
  { title: 'retries', value: ({ tasks }) => tasks.retries },
  { title: 'firstFailedTask', value: ({ tasks }) => tasks.firstFailed?.nodeId },
  { title: 'error', value: ({ error }) => error },
  { title: 'tags', value: ({ tags }) => tags.join(' ') },
  { title: 'engine', value: ({ engine }) => engine },
  { title: 'traceId', value: ({ traceId }) => traceId },
]

/**
 * Returns one run's attempts as CSV (RFC 4180), one a line; text that a spreadsheet would read as a formula is escaped.
 */
export function runCsv(run: RunReport): string {
  return toCsv(run.taskList, ATTEMPTS)
}

/** Returns runs as CSV, one a line. */
export function runsCsv(runs: readonly RunSummary[]): string {
  return toCsv(runs, RUNS)
}
