import { lostRuns } from '@runspan/analytics'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'
import { aboutRun, rangeOf, runWords } from './found-runs.ts'

/**
 * Finds runs without an end and without a heartbeat for 90 s. Recovers when the run sends one again or ends after all.
 */
export interface LostRun {
  readonly type: 'lostRun'
}

const schema = z.strictObject({ type: z.literal('lostRun') })

export const lostRun: ConditionKind<LostRun> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'is back',
  needsWorkflow: false,
  async find(_, question) {
    const lost = await lostRuns(question.clickhouse, rangeOf(question))
    return lost.map((run) =>
      aboutRun(run, {
        ongoing: true,
        words: runWords(run),
      }),
    )
  },
}
