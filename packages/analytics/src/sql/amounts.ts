import { TASK_CPU_NS, TASK_DISK_BYTES, TASK_NETWORK_BYTES } from '@runspan/clickhouse'

import { AnalyticsError } from '../errors.ts'
import type { Range } from './run-rows.ts'

/** Resource to rank by. */
export type Resource = 'duration' | 'cpu' | 'memory' | 'disk' | 'network'

/** Resources that a run or an attempt used. */
export interface Use {
  /**
   * CPU seconds. A task gets its part of the process's CPU, disk and network by concurrency; memory is the process's peak.
   */
  readonly cpuSeconds: number
  readonly memoryPeakBytes: number
  readonly diskBytes: number
  readonly networkBytes: number
}

export interface LargestQuestion extends Range {
  /** Default duration. */
  readonly by?: Resource | undefined
  /** 1–1000. Default 20. */
  readonly limit?: number | undefined
}

/** SQL to sort by. */
interface Amount {
  /** Amount of an attempt. */
  readonly ofTask: string
  /** Largest amount of a day, in the rollup. */
  readonly ofDay: string
}

const AMOUNTS: Readonly<Record<Resource, Amount>> = {
  duration: { ofTask: 'toFloat64(duration_ns)', ofDay: 'toFloat64(longest_ns)' },
  cpu: { ofTask: TASK_CPU_NS, ofDay: 'max_cpu_ns' },
  memory: { ofTask: 'toFloat64(memory_peak_bytes)', ofDay: 'toFloat64(memory_peak_bytes)' },
  disk: { ofTask: TASK_DISK_BYTES, ofDay: 'max_disk_bytes' },
  network: { ofTask: TASK_NETWORK_BYTES, ofDay: 'max_network_bytes' },
}

/** Returns the SQL of a resource from a table, so that no outside text reaches a query. Throws `INVALID_METRIC`. */
export function amountOf(by: Resource): Amount {
  if (Object.hasOwn(AMOUNTS, by)) return AMOUNTS[by]
  throw new AnalyticsError('INVALID_METRIC', `Rank by duration, cpu, memory, disk or network, not "${String(by)}".`)
}
