import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { type Range, rangeParameters, TASKS_IN_RANGE } from '../sql/run-rows.ts'

/** Tasks of a workflow that share a name, `load[0] … load[7]`, over some runs. Seconds; null if nothing ran. */
export interface TaskGroup {
  /** Name without the index in brackets. */
  readonly name: string
  /** Tasks that completed or failed; attempts of one task count once. */
  readonly ran: number
  readonly p50DurationSeconds: number | null
  readonly p95DurationSeconds: number | null
  readonly maxDurationSeconds: number | null
  /** Tasks that needed more than one attempt. */
  readonly retried: number
  /** Tasks whose last attempt failed. */
  readonly failed: number
  readonly skipped: number
}

/** SQL of the name that tasks of one kind share, as in `baseName`. */
export const GROUP_NAME: string = String.raw`if(match(node_id, '.\\[[^\\]]*\\]$'), replaceRegexpOne(node_id, '\\[[^\\]]*\\]$', ''), toString(node_id))`

const SQL = `
SELECT name, toFloat64(countIf(last IN ('completed', 'failed'))) AS ran,
  quantilesExactIf(0.5, 0.95)(took, last IN ('completed', 'failed')) AS quantiles,
  if(ran = 0, NULL, quantiles[1] / 1e9) AS p50DurationSeconds,
    if(ran = 0, NULL, quantiles[2] / 1e9) AS p95DurationSeconds,
  if(ran = 0, NULL, maxIf(took, last IN ('completed', 'failed')) / 1e9) AS maxDurationSeconds,
  toFloat64(countIf(attempts > 1)) AS retried, toFloat64(countIf(last = 'failed')) AS failed,
    toFloat64(countIf(last = 'skipped')) AS skipped
FROM (
  SELECT ${GROUP_NAME} AS name, argMax(status, (attempt, start)) AS last, max(attempt) AS attempts,
    argMax(duration_ns, (attempt, start)) AS took
  FROM workflow_tasks FINAL
  WHERE ${TASKS_IN_RANGE}
  GROUP BY run_id, node_id
)
GROUP BY name ORDER BY name
LIMIT 1000
SETTINGS do_not_merge_across_partitions_select_final = 1`

const GROUPS = defineQuery({
  name: 'task-groups',
  sql: SQL,
  columns: (z) => ({
    name: z.string(),
    ran: z.number(),
    quantiles: z.unknown(),
    p50DurationSeconds: z.nullable(z.number()),
    p95DurationSeconds: z.nullable(z.number()),
    maxDurationSeconds: z.nullable(z.number()),
    retried: z.number(),
    failed: z.number(),
    skipped: z.number(),
  }),
})

/**
 * Returns tasks of a workflow by shared name, at most a thousand names; a retried task counts with its last attempt. Throws
 * `ClickHouseError`.
 */
export async function taskGroups(
  clickhouse: ClickHouse,
  range: Range & { readonly workflow: string },
): Promise<TaskGroup[]> {
  const rows = await clickhouse.ask(GROUPS, rangeParameters(range))
  return rows.map(({ quantiles: _, ...row }) => row)
}
