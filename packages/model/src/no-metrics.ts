import type { TaskMetrics } from './task.ts'

/** Metrics of a task of which nothing was measured. */
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
  contextSwitches: null,
  concurrency: null,
  custom: {},
}
