import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { OF_WORKFLOW, RUN_ROWS } from '../sql/run-rows.ts'

/** How many runs of a workflow failed. Where a sampler left runs out each counts as many as it stands for. */
export interface WorkflowFailures {
  readonly workflow: string
  readonly failed: number
  /** Completed or failed. */
  readonly runs: number
}

/** Workflows whose runs fail more often than allowed. */
export interface FailureRatesQuestion {
  readonly workflow?: string | undefined
  /** Runs count that ended before, and at most so many seconds before. */
  readonly to: Date
  readonly windowSeconds: number
  /** Failed ÷ (completed + failed), 0–1. */
  readonly above: number
  /** Workflows with fewer runs are left out. */
  readonly minimumRuns: number
}

const RATES = defineQuery({
  name: 'failure-rates',
  sql: `SELECT workflow, sumIf(weight, status = 'failed') AS failed, sum(weight) AS runs FROM ${RUN_ROWS}
WHERE ${OF_WORKFLOW} AND status IN ('completed', 'failed')
  AND toUnixTimestamp64Nano(end) >= {from:Float64} * 1e9 AND toUnixTimestamp64Nano(end) < {to:Float64} * 1e9
GROUP BY workflow HAVING count() >= {minimum:UInt32} AND failed / runs > {above:Float64} ORDER BY workflow LIMIT 1000`,
  columns: (z) => ({ workflow: z.string(), failed: z.number(), runs: z.number() }),
})

/** Returns the workflows whose runs failed more often than allowed, by name; 1,000 at most. Throws `ClickHouseError`. */
export async function failureRates(
  clickhouse: ClickHouse,
  { workflow, to, windowSeconds, above, minimumRuns }: FailureRatesQuestion,
): Promise<WorkflowFailures[]> {
  return clickhouse.ask(RATES, {
    workflow: workflow ?? '',
    from: to.getTime() / 1000 - windowSeconds,
    to: to.getTime() / 1000,
    above,
    minimum: minimumRuns,
  })
}
