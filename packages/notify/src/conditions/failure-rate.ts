import { failureRates } from '@runspan/analytics'
import { plainText, quantity, say, time } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'

/** Too many of a workflow's runs fail. */
export interface FailureRate {
  readonly type: 'failureRate'
  /** Failed ÷ (completed + failed), 0–1: holds above it. Where a sampler left runs out each counts as many as it stands for. */
  readonly above: number
  /** How far back runs that ended are counted. Default a day. */
  readonly windowSeconds?: number | undefined
  /** With fewer runs in it nothing is said. Default 10. */
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
