import { type ClickHouse, defineQuery, type RowOf } from '@runspan/clickhouse'
import type { UsualDuration, UsualQuestion } from '@runspan/model'

import { dateOf, sinceEpoch } from '../clickhouse-time.ts'
import { RUN_ROWS } from '../sql/run-rows.ts'
import { median, quantile } from '../statistics/statistics.ts'

/** Usual duration of a run, with the durations it is calculated from. */
export interface UsualDurations extends UsualDuration {
  /** Durations of these runs, oldest first. */
  readonly durations: readonly { readonly runId: string; readonly startTime: Date; readonly seconds: number }[]
}

/** Minimum completed runs for a usual duration. */
export const USUAL_NEEDS_RUNS = 5
/** Maximum runs that "usual" is calculated from. */
const MOST_RUNS = 20

/**
 * The newest completed runs between each start and the previous one. A run counts for the first start after it, so that each
 * run is read once, however many starts are requested.
 */
const SQL = `
SELECT asked.workflow AS workflow, toString(asked.at) AS at,
  groupArraySorted(${MOST_RUNS})((-started, completed.run_id, toString(completed.start),
    completed.duration_ns / 1e9)) AS newest
FROM (SELECT toString(workflow) AS workflow, run_id, start, toUnixTimestamp64Nano(start) AS started, duration_ns
  FROM ${RUN_ROWS}
  WHERE workflow IN {workflows:Array(String)} AND status = 'completed') AS completed
ASOF INNER JOIN (SELECT DISTINCT pair.1 AS workflow,
  toUnixTimestamp64Nano(parseDateTime64BestEffort(pair.2, 9, 'UTC')) AS at
  FROM (SELECT arrayJoin(arrayZip({workflows:Array(String)}, {starts:Array(String)})) AS pair)) AS asked
ON completed.workflow = asked.workflow AND completed.started < asked.at
GROUP BY workflow, at`

/** For each run its negative start, its id, its start as text, and its seconds. */
const USUAL = defineQuery({
  name: 'usual-durations',
  sql: SQL,
  columns: (z) => ({
    workflow: z.string(),
    at: z.string(),
    newest: z.array(z.tuple([z.number(), z.string(), z.string(), z.number()])),
  }),
})

type Newest = RowOf<typeof USUAL>['newest'][number]

/**
 * Returns the usual duration for each run, in their order: median and 95th percentile of the last 20 completed runs of the
 * same workflow that started before it; null if there are fewer than 5. Later runs never change it. Throws `ClickHouseError`.
 */
export async function usualDurations(
  clickhouse: ClickHouse,
  of: readonly UsualQuestion<string>[],
): Promise<(UsualDurations | null)[]> {
  if (of.length === 0) return []
  const rows = await clickhouse.ask(USUAL, {
    workflows: of.map(({ workflow }) => workflow),
    starts: of.map(({ startTime }) => startTime),
  })
  const byWorkflow = new Map<string, { at: bigint; newest: Newest[] }[]>()
  for (const { workflow, at, newest } of rows) {
    const known = byWorkflow.get(workflow) ?? []
    known.push({ at: BigInt(at), newest })
    byWorkflow.set(workflow, known)
  }
  for (const parts of byWorkflow.values()) parts.sort((a, b) => (a.at > b.at ? -1 : 1))
  return of.map(({ workflow, startTime }) => {
    const start = sinceEpoch(startTime)
    const newest = (byWorkflow.get(workflow) ?? []).filter(({ at }) => at <= start).flatMap((part) => part.newest)
    return usualOf(newest.slice(0, MOST_RUNS).toReversed())
  })
}

function usualOf(runs: readonly Newest[]): UsualDurations | null {
  if (runs.length < USUAL_NEEDS_RUNS) return null
  const seconds = runs.map((run) => run[3])
  return {
    runs: runs.length,
    medianSeconds: median(seconds)!,
    p95Seconds: quantile(seconds, 0.95)!,
    durations: runs.map(([, runId, start, took]) => ({ runId, startTime: dateOf(start), seconds: took })),
  }
}
