import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { OF_WORKFLOW } from '../sql/run-rows.ts'

/** A run with a task whose process used much memory. */
export interface MemoryPeakOfRun {
  /** Internal id of the run. */
  readonly runId: string
  readonly workflow: string
  /** Task with the highest peak. */
  readonly nodeId: string
  /** Resident memory of the process. */
  readonly bytes: number
}

/** Attempts by arrival time, limited to those that ended in time; the week limits what is read. */
const PEAKS = defineQuery({
  name: 'memory-peaks',
  sql: `
SELECT run_id, any(toString(workflow)) AS name, argMax(toString(node_id), memory_peak_bytes) AS node,
  toFloat64(max(memory_peak_bytes)) AS bytes
FROM workflow_tasks
WHERE ${OF_WORKFLOW} AND memory_peak_bytes > {limit:Float64}
  AND start >= fromUnixTimestamp64Milli(toInt64(({from:Float64} - 7 * 86400) * 1000), 'UTC')
  AND start < fromUnixTimestamp64Milli(toInt64({to:Float64} * 1000), 'UTC')
  AND toUnixTimestamp64Nano(start) + duration_ns >= {from:Float64} * 1e9
GROUP BY run_id ORDER BY bytes DESC, run_id LIMIT 1000`,
  columns: (z) => ({ run_id: z.string(), name: z.string(), node: z.string(), bytes: z.number() }),
})

/**
 * Returns runs with an attempt that ended after `from`, started before `to`, and had a peak above a number of bytes; the
 * highest first, at most 1,000. Throws `ClickHouseError`.
 */
export async function memoryPeaks(
  clickhouse: ClickHouse,
  question: {
    readonly workflow?: string | undefined
    readonly from: Date
    readonly to: Date
    readonly aboveBytes: number
  },
): Promise<MemoryPeakOfRun[]> {
  const rows = await clickhouse.ask(PEAKS, {
    workflow: question.workflow ?? '',
    limit: question.aboveBytes,
    from: question.from.getTime() / 1000,
    to: question.to.getTime() / 1000,
  })
  return rows.map(({ run_id, name, node, bytes }) => ({ runId: run_id, workflow: name, nodeId: node, bytes }))
}
