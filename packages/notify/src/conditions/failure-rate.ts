import { failureRates } from '@runspan/analytics'
import { plainText, quantity, say, time } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'

/** Finds workflows of which too many runs fail. */
export interface FailureRate {
  readonly type: 'failureRate'
  /**
   * Failed ÷ (completed + failed), 0–1: found above it. If a sampler left out runs, each run counts for those it represents.
   */
  readonly above: number
  /** Seconds in which ended runs are counted. Default a day. */
  readonly windowSeconds?: number | undefined
  /** Minimum runs in the window; with fewer it finds nothing. Default 10. */
  readonly minimumRuns?: number | undefined
}

const schema = z.strictObject({
  type: z.literal('failureRate'),
  above: z.number().min(0).max(1),
  windowSeconds: z.number().positive().optional(),
  minimumRuns: z.int().min(1).optional(),
})

export const failureRate: ConditionKind<FailureRate> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'does not fail too often any more',
  needsWorkflow: false,
  async find({ above, windowSeconds = 86_400, minimumRuns = 10 }, { clickhouse, workflow, now }) {
    const rows = await failureRates(clickhouse, { workflow, to: now, windowSeconds, above, minimumRuns })
    return rows.map((row) => ({
      subject: row.workflow,
      ongoing: true,
      workflow: row.workflow,
      runId: null,
      nodeId: null,
      about: row.workflow,
      words: plainText(
        say`failed in ${quantity(row.failed)} of ${quantity(row.runs)} runs within ${time(windowSeconds)}`,
      ),
      detail: null,
      value: row.failed / row.runs,
      limit: above,
    }))
  },
}
