import { plainText, say, size } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'

/** A task ran in a process whose memory went above a limit; told of once a run. */
export interface MemoryPeak {
  readonly type: 'memoryPeak'
  /** Resident memory of the process. */
  readonly aboveBytes: number
}

const schema = z.strictObject({ type: z.literal('memoryPeak'), aboveBytes: z.number().positive() })

/** Attempts by when they arrived, of those that ended in time; the week bounds what is read. */
const SQL = `
SELECT run_id, any(toString(workflow)) AS name, argMax(toString(node_id), memory_peak_bytes) AS node, toFloat64(max(memory_peak_bytes)) AS bytes
FROM workflow_tasks
WHERE ({workflow:String} = '' OR workflow = {workflow:String}) AND memory_peak_bytes > {limit:Float64}
  AND start >= fromUnixTimestamp64Milli(toInt64(({from:Float64} - 7 * 86400) * 1000), 'UTC')
  AND start < fromUnixTimestamp64Milli(toInt64({to:Float64} * 1000), 'UTC')
  AND toUnixTimestamp64Nano(start) + duration_ns >= {from:Float64} * 1e9
GROUP BY run_id ORDER BY bytes DESC, run_id LIMIT 1000`

export const memoryPeak: ConditionKind<MemoryPeak> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'has ended',
  needsWorkflow: false,
  async find({ aboveBytes }, { clickhouse, workflow, from, now }) {
    const rows = await clickhouse.query<{ run_id: string; name: string; node: string; bytes: number }>(SQL, {
      workflow: workflow ?? '',
      limit: aboveBytes,
      from: from.getTime() / 1000,
      to: now.getTime() / 1000,
    })
    return rows.map((row) => ({
      subject: row.run_id,
      ongoing: false,
      workflow: row.name,
      runId: row.run_id,
      nodeId: row.node,
      about: `${row.node} of ${row.name}`,
      words: plainText(say`ran with ${size(row.bytes)} of memory, more than ${size(aboveBytes)}`),
      detail: null,
      value: row.bytes,
      limit: aboveBytes,
    }))
  },
}
