import { lastStart } from '@runspan/analytics'
import { plainText, say, time } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'

/** Finds workflows without a new run for longer than expected. */
export interface NoRun {
  readonly type: 'noRun'
  /** Expected seconds between runs. */
  readonly everySeconds: number
  /** Seconds a run may be late. Default 0. */
  readonly graceSeconds?: number | undefined
}

const schema = z.strictObject({
  type: z.literal('noRun'),
  everySeconds: z.number().positive(),
  graceSeconds: z.number().min(0).optional(),
})

export const noRun: ConditionKind<NoRun> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'has started again',
  needsWorkflow: true,
  async find({ everySeconds, graceSeconds = 0 }, { clickhouse, workflow = '', now }) {
    const last = await lastStart(clickhouse, { workflow, to: now })
    // a start that still waits on disk is not missing
    const heard = Math.min(now.getTime(), (clickhouse.deliveredUntil() ?? now).getTime())
    const sinceSeconds = last === null ? null : Math.max(0, (heard - last.getTime()) / 1000)
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
