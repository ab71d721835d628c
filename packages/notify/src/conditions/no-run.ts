import { dateOf, RUN_ROWS } from '@runspan/analytics'
import { plainText, say, time } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'

/** No run of the workflow has started for longer than it should take. */
export interface NoRun {
  readonly type: 'noRun'
  /** A run is expected this often. */
  readonly everySeconds: number
  /** How much later it may come. Default 0. */
  readonly graceSeconds?: number | undefined
}

const schema = z.strictObject({
  type: z.literal('noRun'),
  everySeconds: z.number().positive(),
  graceSeconds: z.number().min(0).optional(),
})

const SQL = `SELECT toString(max(start)) AS lastStart, toFloat64(count()) AS runs FROM ${RUN_ROWS}
WHERE workflow = {workflow:String} AND toUnixTimestamp64Nano(start) < {to:Float64} * 1e9`

export const noRun: ConditionKind<NoRun> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'has started again',
  needsWorkflow: true,
  async find({ everySeconds, graceSeconds = 0 }, { clickhouse, workflow = '', now }) {
    const to = now.getTime() / 1000
    const [row] = await clickhouse.query<{ lastStart: string; runs: number }>(SQL, { workflow, to })
    // a start that still waits on disk is none that is missing
    const heard = Math.min(to, (clickhouse.deliveredUntil() ?? now).getTime() / 1000)
    const sinceSeconds =
      row === undefined || row.runs === 0 ? null : Math.max(0, heard - dateOf(row.lastStart).getTime() / 1000)
    const limit = everySeconds + graceSeconds
    if (sinceSeconds !== null && sinceSeconds <= limit) return []
    const words =
      sinceSeconds === null
        ? 'has never started'
        : plainText(say`has not started for ${time(sinceSeconds)}; a run is expected every ${time(everySeconds)}`)
    return [
      {
        subject: workflow,
        ongoing: true,
        workflow,
        runId: null,
        nodeId: null,
        about: workflow,
        words,
        detail: null,
        value: sinceSeconds,
        limit,
      },
    ]
  },
}
