import { memoryPeaks } from '@runspan/analytics'
import { plainText, say, size } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'

/** Finds tasks that ran in a process whose memory exceeded a limit; notified once a run. */
export interface MemoryPeak {
  readonly type: 'memoryPeak'
  /** Limit of the process's resident memory. */
  readonly aboveBytes: number
}

const schema = z.strictObject({ type: z.literal('memoryPeak'), aboveBytes: z.number().positive() })

export const memoryPeak: ConditionKind<MemoryPeak> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'has ended',
  needsWorkflow: false,
  async find({ aboveBytes }, { clickhouse, workflow, from, now }) {
    const rows = await memoryPeaks(clickhouse, { workflow, from, to: now, aboveBytes })
    return rows.map((row) => ({
      subject: row.runId,
      ongoing: false,
      workflow: row.workflow,
      runId: row.runId,
      nodeId: row.nodeId,
      about: `${row.nodeId} of ${row.workflow}`,
      words: plainText(say`ran with ${size(row.bytes)} of memory, more than ${size(aboveBytes)}`),
      detail: null,
      value: row.bytes,
      limit: aboveBytes,
    }))
  },
}
