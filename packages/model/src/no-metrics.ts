import type { TaskMetrics } from './task.ts'

/** Returns whether a task's disk and network bytes are its own or the whole process's; see `TaskMetrics`. */
export function ioScopeOf({
  concurrency,
  cpuScope,
}: Pick<TaskMetrics, 'concurrency' | 'cpuScope'>): TaskMetrics['ioScope'] {
  if (concurrency === null) return null
  // a worker thread knows only its own tasks, and shares the process's counters with other threads
  return concurrency > 1 || cpuScope === 'thread' ? 'process' : 'task'
}

/** Metrics of a task for which nothing was measured. */
export const NO_METRICS: TaskMetrics = {
  cpuPercent: null,
  cpuUserSeconds: null,
  cpuSystemSeconds: null,
  cpuScope: null,
  cpuOwnSeconds: null,
  childCpuSeconds: null,
  memoryBytes: null,
  memoryPeakBytes: null,
  memoryDeltaBytes: null,
  diskReadBytes: null,
  diskWriteBytes: null,
  diskReadOps: null,
  diskWriteOps: null,
  networkSentBytes: null,
  networkReceivedBytes: null,
  ioScope: null,
  contextSwitches: null,
  concurrency: null,
  custom: {},
}
