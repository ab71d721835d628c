import { RUN_ROWS } from '@runspan/analytics'
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

const SQL = `SELECT workflow, sumIf(weight, status = 'failed') AS failed, sum(weight) AS runs FROM ${RUN_ROWS}
WHERE ({workflow:String} = '' OR workflow = {workflow:String}) AND status IN ('completed', 'failed')
  AND toUnixTimestamp64Nano(end) >= {from:Float64} * 1e9 AND toUnixTimestamp64Nano(end) < {to:Float64} * 1e9
GROUP BY workflow HAVING count() >= {minimum:UInt32} AND failed / runs > {above:Float64} ORDER BY workflow LIMIT 1000`

export const failureRate: ConditionKind<FailureRate> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'does not fail too often any more',
  needsWorkflow: false,
  async find({ above, windowSeconds = 86_400, minimumRuns = 10 }, { clickhouse, workflow, now }) {
    const to = now.getTime() / 1000
    const rows = await clickhouse.query<{ workflow: string; failed: number; runs: number }>(SQL, {
      workflow: workflow ?? '',
      from: to - windowSeconds,
      to,
      above,
      minimum: minimumRuns,
    })
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
