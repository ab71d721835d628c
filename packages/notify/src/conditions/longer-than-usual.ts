import { longerThanUsual as question } from '@runspan/analytics'
import { mostUnder, plainText, say, time } from '@runspan/story'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'

/**
 * Finds runs that take, or already took, much longer than usual and than the completed runs of the 28 days before; needs 20
 * such runs.
 */
export interface LongerThanUsual {
  readonly type: 'longerThanUsual'
}

const schema = z.strictObject({ type: z.literal('longerThanUsual') })

export const longerThanUsual: ConditionKind<LongerThanUsual> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'has ended',
  needsWorkflow: false,
  async find(_, { clickhouse, workflow, from, now }) {
    const runs = await question(clickhouse, { workflow, from, to: now })
    return runs.map((run) => ({
      subject: run.internalRunId,
      ongoing: false,
      workflow: run.workflow,
      runId: run.runId,
      nodeId: null,
      about: run.workflow,
      words: plainText(
        say`${run.status === 'running' ? 'is running for' : 'took'} ${time(run.durationSeconds)}; usual is ${time(run.usualSeconds)} (median), ${mostUnder(run.usualRuns, run.usualP95Seconds)}`,
      ),
      detail: null,
      value: run.durationSeconds,
      limit: run.usualP95Seconds,
    }))
  },
}
