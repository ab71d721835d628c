import { failedRuns } from '@runspan/analytics'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'
import { aboutRun, rangeOf, runWords } from './found-runs.ts'

/** Finds every run that fails; recovers when a later run of the workflow completes. */
export interface FailedRun {
  readonly type: 'failedRun'
}

const schema = z.strictObject({ type: z.literal('failedRun') })

export const failedRun: ConditionKind<FailedRun> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'completed again',
  needsWorkflow: false,
  async find(_, question) {
    const failed = await failedRuns(question.clickhouse, rangeOf(question))
    return failed.map((run) =>
      aboutRun(run, {
        ongoing: !run.completedSince,
        words: runWords(run),
        detail: run.error || null,
      }),
    )
  },
}
