import { TASK_CPU_NS, TASK_DISK_BYTES, TASK_NETWORK_BYTES } from '@runspan/clickhouse'

import { AnalyticsError } from '../errors.ts'
import type { Range } from './run-rows.ts'

/** What to rank by. */
export type Resource = 'duration' | 'cpu' | 'memory' | 'disk' | 'network'

/** What a run or an attempt used. */
export interface Use {
  /** Of a task's resources its part of the process's, by how many ran at once; memory is the process's peak. */
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

/** What is sorted by. */
interface Amount {
  /** Of an attempt. */
  readonly ofTask: string
  /** The largest of a day, in the rollup. */
  readonly ofDay: string
}

const AMOUNTS: Readonly<Record<Resource, Amount>> = {
  duration: { ofTask: 'toFloat64(duration_ns)', ofDay: 'toFloat64(longest_ns)' },
  cpu: { ofTask: TASK_CPU_NS, ofDay: 'max_cpu_ns' },
  memory: { ofTask: 'toFloat64(memory_peak_bytes)', ofDay: 'toFloat64(memory_peak_bytes)' },
  disk: { ofTask: TASK_DISK_BYTES, ofDay: 'max_disk_bytes' },
  network: { ofTask: TASK_NETWORK_BYTES, ofDay: 'max_network_bytes' },
}

/** SQL of a resource; looked up, so that no text from outside reaches a query. Throws `INVALID_METRIC`. */
export function amountOf(by: Resource): Amount {
  if (Object.hasOwn(AMOUNTS, by)) return AMOUNTS[by]
  throw new AnalyticsError('INVALID_METRIC', `Rank by duration, cpu, memory, disk or network, not "${String(by)}".`)
}
