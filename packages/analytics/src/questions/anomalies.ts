import { type ClickHouse, defineQuery, type RowOf } from '@runspan/clickhouse'

import { isoTime, secondsBetween } from '../clickhouse-time.ts'
import { HISTORY_SECONDS } from '../sql/node-history.ts'
import { openTasks } from '../sql/open-tasks.ts'
import { ALIVE_SINCE, LATEST, OF_WORKFLOW, runColumns, runRows } from '../sql/run-rows.ts'
import { shownRunIds } from '../sql/shown-ids.ts'
import { timeOf } from '../sql/time-of.ts'
import { type UsualAttempts, usualAttempts } from '../sql/usual-attempts.ts'
import { type LongerThanUsual, longerThanUsual } from './longer-than-usual.ts'

/** An attempt that takes, or took, longer than the task's completed attempts of the 28 days before. */
export interface TaskAnomaly {
  readonly runId: string
  readonly internalRunId: string
  readonly workflow: string
  readonly nodeId: string
  readonly taskId: string
  readonly attempt: number
  readonly status: 'completed' | 'running'
  readonly startTime: string
  /** Seconds, up to now for a running one. */
  readonly durationSeconds: number
  /** Number of attempts that "usual" is calculated from, at least 20. */
  readonly usualAttempts: number
  readonly usualSeconds: number
  readonly usualP95Seconds: number
  /** Score, calculated as for runs. */
  readonly score: number
}

export interface Anomalies {
  /** Newest first. */
  readonly runs: readonly LongerThanUsual[]
  /** Newest first. */
  readonly tasks: readonly TaskAnomaly[]
}

const LEAST_SCORE = 3.5

const endedSql = (usual: string): string => `
SELECT run_id, toString(workflow) AS workflow, toString(node_id) AS nodeId, task_id AS taskId, attempt, start,
  duration_ns / 1e9 AS durationSeconds,
  usualAttempts, exp(middle) / 1e9 AS usualSeconds, exp(p95) / 1e9 AS usualP95Seconds,
    (log(greatest(duration_ns, 1)) - middle) / spread AS score
FROM (
  SELECT run_id, workflow, node_id, task_id, attempt, start, duration_ns FROM workflow_tasks FINAL
  WHERE ${OF_WORKFLOW} AND status = 'completed' AND start >= ${timeOf('{since:Float64}')}
    AND start < ${timeOf('{to:Float64}')}
    AND toUnixTimestamp64Nano(start) + toInt64(duration_ns) >= {from:Float64} * 1e9
      AND toUnixTimestamp64Nano(start) + toInt64(duration_ns) < {to:Float64} * 1e9
) AS candidates
INNER JOIN ${usual} AS usual USING (workflow, node_id)
WHERE score > ${LEAST_SCORE} AND log(greatest(duration_ns, 1)) >= p99
ORDER BY start DESC, taskId
LIMIT 1000
SETTINGS do_not_merge_across_partitions_select_final = 1`

const usualSql = (usual: string): string => `
SELECT toString(workflow) AS workflow, toString(node_id) AS nodeId, usualAttempts, middle, spread, p95, p99
  FROM ${usual}
SETTINGS do_not_merge_across_partitions_select_final = 1`

/** Open tasks are only known for runs with heartbeats. */
const RUNNING_SQL = `
SELECT run_id, workflow, status, start, end FROM ${runRows(`${LATEST} >= ${ALIVE_SINCE}`)}
WHERE ${OF_WORKFLOW} AND status = 'running' AND start >= ${timeOf('{from:Float64} - {history:Float64}')}
  ORDER BY start DESC LIMIT 5000`

const endedQuery = (usual: string) =>
  defineQuery({
    name: 'anomalies/ended',
    sql: endedSql(usual),
    columns: (z) => ({
      run_id: z.string(),
      workflow: z.string(),
      nodeId: z.string(),
      taskId: z.string(),
      attempt: z.number(),
      start: z.string(),
      durationSeconds: z.number(),
      usualAttempts: z.number(),
      usualSeconds: z.number(),
      usualP95Seconds: z.number(),
      score: z.number(),
    }),
  })

const usualQuery = (usual: string) =>
  defineQuery({
    name: 'anomalies/usual',
    sql: usualSql(usual),
    columns: (z) => ({
      workflow: z.string(),
      nodeId: z.string(),
      usualAttempts: z.number(),
      middle: z.number(),
      spread: z.number(),
      p95: z.number(),
      p99: z.number(),
    }),
  })

const RUNNING = defineQuery({
  name: 'anomalies/running',
  sql: RUNNING_SQL,
  columns: (z) => {
    const { run_id, workflow, status, start, end } = runColumns(z)
    return { run_id, workflow, status, start, end }
  },
})

type Row = RowOf<ReturnType<typeof endedQuery>>

/**
 * Returns runs and attempts that completed in `[from, to)`, or are running, and take longer than usual. Longer means:
 * modified z-score of the logarithms over 3.5 (Iglewicz and Hoaglin 1993; 1.4826 MAD with a floor of 5 %), and at least the
 * 99th percentile. "Usual" is calculated from what completed in the 28 days before `from`, at least 20. Runs that started
 * less than one p99 before `from` are left out, since only the short ones of them have ended. With over 500,000 attempts in
 * those days the answer comes from daily sketches (`usualAttempts`). Lost runs do not count as slow. Returns at most 1,000 of
 * each. Throws `ClickHouseError`.
 */
export async function anomalies(
  clickhouse: ClickHouse,
  question: { readonly workflow?: string | undefined; readonly from: Date; readonly to: Date },
): Promise<Anomalies> {
  const parameters = {
    workflow: question.workflow ?? '',
    from: question.from.getTime() / 1000,
    to: question.to.getTime() / 1000,
    history: HISTORY_SECONDS,
    nodes: 0,
    workflows: [],
    nodeIds: [],
  }
  const usual = await usualAttempts(clickhouse, parameters)
  const [runs, ended, running] = await Promise.all([
    longerThanUsual(clickhouse, question),
    clickhouse.ask(endedQuery(usual.source), { ...parameters, since: usual.since }),
    stillRunning(clickhouse, usual, parameters),
  ])
  const rows = [
    ...ended.map((row) => ({ ...row, status: 'completed' as const })),
    ...running.map((row) => ({ ...row, status: 'running' as const })),
  ]
  const ids = await shownRunIds(
    clickhouse,
    rows.map(({ run_id }) => run_id),
  )
  const tasks = rows
    .map(({ run_id, start, ...row }) => ({
      ...row,
      runId: ids.get(run_id) ?? run_id,
      internalRunId: run_id,
      startTime: isoTime(start),
    }))
    .toSorted((a, b) => (a.startTime > b.startTime ? -1 : a.startTime < b.startTime ? 1 : 0))
  return { runs, tasks: tasks.slice(0, 1000) }
}

/** Returns running attempts that already take longer than usual. */
async function stillRunning(
  clickhouse: ClickHouse,
  { source }: UsualAttempts,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Row[]> {
  const runs = await clickhouse.ask(RUNNING, parameters)
  const open = await openTasks(clickhouse, runs)
  if (open.length === 0) return []
  const runOf = new Map(runs.map((run) => [run.run_id, run]))
  const asked = new Map(
    open.map(({ run_id, node_id }) => {
      const { workflow } = runOf.get(run_id)!
      return [JSON.stringify([workflow, node_id]), { workflow, nodeId: node_id }]
    }),
  )
  const usual = await clickhouse.ask(usualQuery(source), {
    ...parameters,
    nodes: 1,
    workflows: [...asked.values()].map(({ workflow }) => workflow),
    nodeIds: [...asked.values()].map(({ nodeId }) => nodeId),
  })
  const usualOf = new Map(usual.map((row) => [JSON.stringify([row.workflow, row.nodeId]), row]))
  return open.flatMap((task) => {
    const run = runOf.get(task.run_id)!
    const known = usualOf.get(JSON.stringify([run.workflow, task.node_id]))
    const durationSeconds = secondsBetween(task.start, run.end)
    if (known === undefined || !(durationSeconds > 0)) return []
    const logarithm = Math.log(durationSeconds * 1e9)
    const score = (logarithm - known.middle) / known.spread
    if (!(score > LEAST_SCORE) || logarithm < known.p99) return []
    return [
      {
        run_id: task.run_id,
        workflow: run.workflow,
        nodeId: task.node_id,
        taskId: task.task_id,
        attempt: task.attempt,
        start: task.start,
        durationSeconds,
        score,
        usualAttempts: known.usualAttempts,
        usualSeconds: Math.exp(known.middle) / 1e9,
        usualP95Seconds: Math.exp(known.p95) / 1e9,
      },
    ]
  })
}
