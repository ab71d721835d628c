import { longerThanUsual as question } from '@runspan/analytics'
import { z } from 'zod'

import { durationText } from '../duration-text.ts'
import type { ConditionKind } from './condition.ts'

/** A run takes, or already takes, much longer than usual and than the completed runs of the 28 days before; needs 20 of those. */
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
      words: `${run.status === 'running' ? 'runs for' : 'took'} ${durationText(run.durationSeconds)}; usual is ${durationText(run.usualSeconds)}, ${run.usualRuns < 20 ? 'none took more than' : '19 of 20 are under'} ${durationText(run.usualP95Seconds)}`,
      detail: null,
      value: run.durationSeconds,
      limit: run.usualP95Seconds,
    }))
  },
}
