import { taskRegressions } from '@runspan/analytics'
import { plainText, regressionWords } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'

/** Finds tasks that have become significantly slower. */
export interface TaskRegression {
  readonly type: 'taskRegression'
  /** Seconds before now that are checked. Default a day. */
  readonly windowSeconds?: number | undefined
  /** Seconds before the window that it is compared with. Default a week. */
  readonly baselineSeconds?: number | undefined
  /** Minimum slowdown, as a share: 0.1 is 10 %. Default 0.1, which is the minimum. */
  readonly minimumChange?: number | undefined
}

const schema = z.strictObject({
  type: z.literal('taskRegression'),
  windowSeconds: z.number().positive().optional(),
  baselineSeconds: z.number().positive().optional(),
  minimumChange: z.number().min(0.1).optional(),
})

export const taskRegression: ConditionKind<TaskRegression> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'is as fast as before',
  needsWorkflow: false,
  async find({ windowSeconds = 86_400, baselineSeconds = 7 * 86_400, minimumChange }, { clickhouse, workflow, now }) {
    const from = new Date(now.getTime() - windowSeconds * 1000)
    const rows = await taskRegressions(clickhouse, {
      workflow,
      baseline: { from: new Date(from.getTime() - baselineSeconds * 1000), to: from },
      candidate: { from, to: now },
      minimumChange,
    })
    return rows
      .filter(({ verdict }) => verdict === 'slower')
      .map((row) => ({
        subject: JSON.stringify([row.workflow, row.nodeId]),
        ongoing: true,
        workflow: row.workflow,
        runId: null,
        nodeId: row.nodeId,
        about: `${row.nodeId} of ${row.workflow}`,
        words: plainText(regressionWords(row)),
        detail: null,
        value: row.candidateMedianSeconds,
        limit: row.baselineMedianSeconds,
      }))
  },
}
