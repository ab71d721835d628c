import { createHash } from 'node:crypto'

import type { ClickHouse } from './client/client.ts'
import { defineQuery } from './client/query.ts'
import { clusterOf } from './cluster/cluster-of.ts'
import { hashedAttempt, SAMPLE_OF_A_DAY } from './tables/attempt-sample.ts'
import { TASK_CPU_NS, TASK_DISK_BYTES, TASK_NETWORK_BYTES, WORKFLOW_TASK_STATS } from './tables/workflow.ts'

const ENDED = `status IN ('completed', 'failed')`
/** Attempts that used resources, whatever their outcome. */
const RAN = `status NOT IN ('skipped', 'pending')`

/** Numbers of a task's day: whole days, so that repeated and late records never count twice. */
const DAYS_IN_NUMBERS = `SELECT workflow, node_id, toDate(start) AS day, version, now() AS computed,
  countIf(status IN ('completed', 'failed', 'cancelled')) AS n, countIf(status = 'completed') AS completed, countIf(status = 'failed') AS failed,
  countIf(status = 'skipped') AS skipped, countIf(status = 'cancelled') AS cancelled, countIf(attempt > 1) AS retries,
  sumIf(t.duration_ns, ${ENDED}) AS duration_ns, countIf(attempt = 1 AND ${ENDED}) AS first_attempts,
  sumIf(t.queue_ns, attempt = 1 AND ${ENDED}) AS queue_ns, maxIf(t.duration_ns, ${ENDED}) AS max_ns,
  toUInt64(sum(${TASK_CPU_NS})) AS cpu_ns,
  sum(t.memory_peak_bytes / 1e9 * t.duration_ns / 1e9 / greatest(concurrency, 1)) AS gigabyte_seconds,
  max(t.memory_peak_bytes) AS memory_peak_bytes, sumIf(t.duration_ns, status = 'failed') AS failed_ns,
  ifNotFinite(finalizeAggregation(durations)[1], 0) AS p50_ns, ifNotFinite(finalizeAggregation(durations)[2], 0) AS p95_ns,
  quantilesDDStateIf(0.01, 0.5, 0.95, 0.99)(toFloat64(t.duration_ns), ${ENDED}) AS durations,
  maxIf(t.duration_ns, ${RAN}) AS longest_ns, maxIf(${TASK_CPU_NS}, ${RAN}) AS max_cpu_ns,
  maxIf(${TASK_DISK_BYTES}, ${RAN}) AS max_disk_bytes, maxIf(${TASK_NETWORK_BYTES}, ${RAN}) AS max_network_bytes,
  groupArraySortedIf(${SAMPLE_OF_A_DAY})(${hashedAttempt('t.start', 't.duration_ns')}, status = 'completed') AS sample
FROM workflow_tasks AS t FINAL
WHERE {{which}}
GROUP BY workflow, node_id, day, version`

const SETTINGS = `SETTINGS do_not_merge_across_partitions_select_final = 1, prefer_column_name_to_alias = 1`

/** Version of the definition: numbers of another version are recomputed. */
const DEFINITION = createHash('sha256').update(DAYS_IN_NUMBERS).digest('hex').slice(0, 16)

/**
 * When the view last computed with this definition, in seconds since 1970: each time it writes a row without a workflow; 0 if
 * never.
 */
const LAST = `(SELECT toUnixTimestamp(max(computed)) FROM workflow_task_stats WHERE workflow = '' AND node_id = '' AND version = '${DEFINITION}')`

/**
 * Recomputing a day costs about half a microsecond of CPU an attempt: with this pause for each it takes 2 % of a core.
 */
const PAUSE_SECONDS_AN_ATTEMPT = 22e-6
const LONGEST_PAUSE_SECONDS = 1800

/**
 * Attempts that may belong to a stale day. What arrived before the longest pause plus an hour before the view's last look is
 * already included. Rows are stamped when their insert starts.
 */
const ARRIVED = `workflow_tasks WHERE {{of}} AND seen >= toDateTime(greatest(${LAST}, 7200) - 7200)`

/**
 * Workflows and days with rows that arrived after their numbers were computed, however long no server ran; large days not
 * again immediately. The index skips most of the table. `{{load}}` is the number of attempts to compute.
 */
const STALE_DAYS = `SELECT workflow, day FROM (
    SELECT workflow, day, arrived, computed, {{load}} AS load
    FROM (SELECT workflow, toDate(start) AS day, max(seen) AS arrived FROM ${ARRIVED} GROUP BY workflow, day) AS raw
    LEFT JOIN (SELECT workflow, day, max(computed) AS computed, sum(n + skipped) AS attempts FROM workflow_task_stats FINAL
      WHERE {{of}} AND day IN (SELECT DISTINCT toDate(start) FROM ${ARRIVED}) GROUP BY workflow, day) AS known USING (workflow, day))
  WHERE ${LAST} = 0 OR (arrived >= computed AND now() >= computed + least(${LONGEST_PAUSE_SECONDS}, toUInt32(load * ${PAUSE_SECONDS_AN_ATTEMPT})))`

function staleDays(of: string, load: string): string {
  return STALE_DAYS.replaceAll('{{of}}', of).replaceAll('{{load}}', load)
}

/** Rows that the view adds at each refresh. */
export const ROLL_UP_STALE_DAYS: string = `${DAYS_IN_NUMBERS.replace('{{which}}', `(workflow, toDate(start)) IN (${staleDays('true', 'sum(attempts) OVER (PARTITION BY day)')})`)}
UNION ALL SELECT ${WORKFLOW_TASK_STATS.map(markerColumn).join(', ')}
${SETTINGS}`

/** Returns a column of the row that stores the view's last look. */
function markerColumn({ name, type }: { readonly name: string; readonly type: string }): string {
  if (name === 'day') return 'today() AS day'
  if (name === 'computed') return 'now() AS computed'
  if (name === 'version') return `'${DEFINITION}'::${type} AS version`
  return `defaultValueOfTypeName('${type}') AS ${name}`
}

const STALE = defineQuery({
  name: 'roll up tasks/stale days',
  sql: staleDays('workflow = {workflow:String}', 'attempts'),
  columns: (z) => ({ workflow: z.string(), day: z.string() }),
})

/**
 * Updates the daily numbers of a workflow's tasks now, instead of at the next refresh of their view; over a cluster the
 * shards' own views do it, within a minute. A day of more than about 45,000 attempts waits one second for every 45,000 of
 * them, at most half an hour, after it was last computed. Throws `ClickHouseError`.
 */
export async function rollUpTasks(clickhouse: ClickHouse, workflow: string): Promise<void> {
  if ((await clusterOf(clickhouse)) !== null) return
  const stale = await clickhouse.ask(STALE, { workflow })
  await rollUpDays(
    clickhouse,
    workflow,
    stale.map(({ day }) => day),
  )
}

/**
 * Recomputes the numbers of some days (`2026-11-24`, UTC), for example after their tasks were deleted. Throws
 * `ClickHouseError`.
 */
export async function rollUpDays(clickhouse: ClickHouse, workflow: string, days: readonly string[]): Promise<void> {
  if (days.length === 0) return
  const names = WORKFLOW_TASK_STATS.map(({ name }) => name).join(', ')
  const numbers = DAYS_IN_NUMBERS.replace(
    '{{which}}',
    'workflow = {workflow:String} AND toDate(start) IN {days:Array(Date)}',
  )
  const sql = `INSERT INTO workflow_task_stats (${names}) ${numbers} ${SETTINGS}`
  await clickhouse.tell({ name: 'roll up tasks', sql }, { workflow, days })
}
