import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { OF_WORKFLOW, RUN_ROWS } from '../sql/run-rows.ts'

/** Failures of a workflow. If a sampler left runs out, each run counts for those it represents. */
export interface WorkflowFailures {
  readonly workflow: string
  readonly failed: number
  /** Number of runs that completed or failed. */
  readonly runs: number
}

/** Asks for workflows whose runs fail too often. */
export interface FailureRatesQuestion {
  readonly workflow?: string | undefined
  /** End of the window: runs count that ended in the `windowSeconds` before it. */
  readonly to: Date
  readonly windowSeconds: number
  /** Failed ÷ (completed + failed), 0–1. */
  readonly above: number
  /** Minimum runs of a workflow. */
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

/**
 * Returns the workflows whose runs failed more often than allowed, by name; at most 1,000. Throws `ClickHouseError`.
 */
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
