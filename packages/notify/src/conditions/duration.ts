import { runsOverLimit } from '@runspan/analytics'
import { plainText, say, time } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'
import { aboutRun, rangeOf, runSeconds } from './found-runs.ts'

/**
 * Finds runs that take longer than a limit. A running run is found when it passes the limit, and recovers when it ends.
 */
export interface Duration {
  readonly type: 'duration'
  readonly limitSeconds: number
}

const schema = z.strictObject({ type: z.literal('duration'), limitSeconds: z.number().positive() })

export const duration: ConditionKind<Duration> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'has ended',
  needsWorkflow: false,
  async find({ limitSeconds }, question) {
    const runs = await runsOverLimit(question.clickhouse, { ...rangeOf(question), limitSeconds })
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
