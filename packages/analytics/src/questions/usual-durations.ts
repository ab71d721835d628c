import type { ClickHouse } from '@runspan/clickhouse'

import { dateOf } from '../clickhouse-time.ts'
import { RUN_ROWS } from '../run-rows.ts'

/** How long a workflow's runs usually take: its last completed ones. */
export interface UsualDuration {
  readonly workflow: string
  /** How many runs this rests on: below 5 there is no "usual". */
  readonly runs: number
  readonly medianSeconds: number
  readonly p95Seconds: number
  /** Of the runs looked at, oldest first. */
  readonly durations: readonly { readonly runId: string; readonly startTime: Date; readonly seconds: number }[]
}

/** Below this many completed runs nothing is usual. */
export const USUAL_NEEDS_RUNS = 5

const SQL = `
SELECT workflow, toFloat64(count()) AS runs, quantileExact(0.5)(duration_ns) / 1e9 AS medianSeconds, quantileExact(0.95)(duration_ns) / 1e9 AS p95Seconds,
  arraySort(x -> x.1, groupArray((toString(start), run_id, duration_ns / 1e9))) AS durations
FROM (SELECT workflow, run_id, start, duration_ns FROM ${RUN_ROWS}
  WHERE workflow IN {workflows:Array(String)} AND status = 'completed' AND ({before:Float64} = 0 OR toUnixTimestamp64Nano(start) < {before:Float64} * 1e9)
  ORDER BY start DESC LIMIT {runs:UInt32} BY workflow)
GROUP BY workflow`

/**
 * Median and 95th percentile of the last completed runs of some workflows, by workflow; one without completed runs is missing. `before` leaves
 * out runs from that moment on. Throws `ClickHouseError`.
 */
export async function usualDurations(
  clickhouse: ClickHouse,
  workflows: readonly string[],
  options: { readonly runs?: number; readonly before?: Date } = {},
): Promise<Map<string, UsualDuration>> {
  if (workflows.length === 0) return new Map()
  const rows = await clickhouse.query<Omit<UsualDuration, 'durations'> & { durations: [string, string, number][] }>(
    SQL,
    {
      workflows,
      runs: options.runs ?? 20,
      before: (options.before?.getTime() ?? 0) / 1000,
    },
  )
  return new Map(
    rows.map((row) => [
      row.workflow,
      {
        ...row,
        durations: row.durations.map(([start, runId, seconds]) => ({ runId, startTime: dateOf(start), seconds })),
      },
    ]),
  )
}
