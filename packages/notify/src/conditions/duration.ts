import { plainText, say, time } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'
import { aboutRun, ENDED_OR_OPEN, runSeconds, runsWhere } from './found-runs.ts'

/** A run takes longer than it may: one that runs still is found when it passes the limit, and has recovered when it ends. */
export interface Duration {
  readonly type: 'duration'
  readonly limitSeconds: number
}

const schema = z.strictObject({ type: z.literal('duration'), limitSeconds: z.number().positive() })

/** A run that fell silent past its limit has not recovered by that. Of engines without signs of life old runs stay running for ever. */
const CONDITION = `duration_ns > {limit:Float64} * 1e9 AND (
  (status IN ('completed', 'failed') AND ${ENDED_OR_OPEN})
  OR (status IN ('pending', 'running') AND toUnixTimestamp64Nano(start) >= ({to:Float64} - 30 * 86400) * 1e9)
  OR (status = 'lost' AND run_id IN {open:Array(String)}))`

export const duration: ConditionKind<Duration> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'has ended',
  needsWorkflow: false,
  async find({ limitSeconds }, question) {
    const runs = await runsWhere(CONDITION, question, { limit: limitSeconds })
    return runs.map((run) =>
      aboutRun(run, {
        ongoing: run.ended !== 1,
        words: plainText(
          say`${run.ended === 1 ? 'took' : 'is running for'} ${time(runSeconds(run))}, more than the ${time(limitSeconds)} it may`,
        ),
        value: runSeconds(run),
        limit: limitSeconds,
      }),
    )
  },
}
