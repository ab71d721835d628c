import { RUN_ROWS } from '@runspan/analytics'
import { z } from 'zod'

import type { ConditionKind } from './condition.ts'
import { aboutRun, ENDED_OR_OPEN, runsWhere, runWords } from './found-runs.ts'

/** Every run that fails; recovered when a later run of the workflow completes. */
export interface FailedRun {
  readonly type: 'failedRun'
}

const schema = z.strictObject({ type: z.literal('failedRun') })

const LAST_COMPLETED_SQL = `SELECT workflow, toString(max(start)) AS lastStart FROM ${RUN_ROWS}
WHERE workflow IN {workflows:Array(String)} AND status = 'completed' GROUP BY workflow`

export const failedRun: ConditionKind<FailedRun> = {
  schema,
  keys: Object.keys(schema.shape),
  recovery: 'completed again',
  needsWorkflow: false,
  async find(_, question) {
    const failed = await runsWhere(`status = 'failed' AND ${ENDED_OR_OPEN}`, question)
    if (failed.length === 0) return []
    const completed = await question.clickhouse.query<{ workflow: string; lastStart: string }>(LAST_COMPLETED_SQL, {
      workflows: [...new Set(failed.map(({ workflow }) => workflow))],
    })
    const lastStart = new Map(completed.map((row) => [row.workflow, row.lastStart]))
    return failed.map((run) =>
      aboutRun(run, {
        ongoing: (lastStart.get(run.workflow) ?? '') <= run.start, // both as ClickHouse prints them
        words: runWords(run),
        detail: run.error || null,
      }),
    )
  },
}
