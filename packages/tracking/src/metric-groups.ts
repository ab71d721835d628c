import type { Attributes } from '@opentelemetry/api'
import { attributes as names, NO_METRICS, type TaskMetrics } from '@runspan/model'

/** Groups of measurements of a task. */
export type MetricGroup = 'cpu' | 'memory' | 'disk_io' | 'network_io'

type MetricName = Exclude<keyof TaskMetrics, 'custom' | 'concurrency'>

const GROUPS: Readonly<Record<MetricGroup, { attributes: readonly string[]; metrics: readonly MetricName[] }>> = {
  cpu: {
    attributes: [
      names.PROCESS_CPU_TIME_USER,
      names.PROCESS_CPU_TIME_SYSTEM,
      names.WORKFLOW_TASK_CPU_TIME,
      names.WORKFLOW_TASK_CPU_SCOPE,
      names.WORKFLOW_TASK_CHILD_CPU_TIME,
      names.PROCESS_CONTEXT_SWITCHES,
    ],
    metrics: [
      'cpuPercent',
      'cpuUserSeconds',
      'cpuSystemSeconds',
      'cpuScope',
      'cpuOwnSeconds',
      'childCpuSeconds',
      'contextSwitches',
    ],
  },
  memory: {
    attributes: [names.PROCESS_MEMORY_USAGE, names.PROCESS_MEMORY_PEAK, names.PROCESS_MEMORY_DELTA],
    metrics: ['memoryBytes', 'memoryPeakBytes', 'memoryDeltaBytes'],
  },
  disk_io: {
    attributes: [
      names.PROCESS_DISK_IO_READ,
      names.PROCESS_DISK_IO_WRITE,
      names.PROCESS_DISK_OPERATIONS_READ,
      names.PROCESS_DISK_OPERATIONS_WRITE,
    ],
    metrics: ['diskReadBytes', 'diskWriteBytes', 'diskReadOps', 'diskWriteOps'],
  },
  network_io: {
    attributes: [names.PROCESS_NETWORK_IO_RECEIVE, names.PROCESS_NETWORK_IO_TRANSMIT],
    metrics: ['networkSentBytes', 'networkReceivedBytes'],
  },
}

/** Measurement groups that are excluded, as the attributes and fields to remove; null if none is. */
export interface LeftOut {
  readonly attributes: readonly string[]
  readonly metrics: readonly MetricName[]
}

export function leftOutBut(included: readonly MetricGroup[]): LeftOut | null {
  const out = (Object.keys(GROUPS) as MetricGroup[]).filter((group) => !included.includes(group))
  if (out.length === 0) return null
  return {
    attributes: out.flatMap((group) => GROUPS[group].attributes),
    metrics: out.flatMap((group) => GROUPS[group].metrics),
  }
}

/** Removes excluded attributes in place. */
export function withoutAttributes(attributes: Attributes, out: LeftOut): Attributes {
  for (const name of out.attributes) attributes[name] = undefined
  return attributes
}

/** Returns the metrics with null for excluded fields. */
export function withoutMetrics(metrics: TaskMetrics, out: LeftOut): TaskMetrics {
  return { ...metrics, ...Object.fromEntries(out.metrics.map((name) => [name, NO_METRICS[name]])) }
}
