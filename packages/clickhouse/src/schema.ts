import { readdirSync, readFileSync } from 'node:fs'

import { attributes, STATUS_NUMBER, STATUSES } from '@runspan/model'

import type { ClickHouse } from './client/client.ts'
import { clusterOf } from './cluster/cluster-of.ts'
import { compileRule, NO_END, NO_START } from './rules/compile.ts'
import { RULES } from './rules/index.ts'
import { type ColumnDefinition, columnClause } from './tables/column-definition.ts'
import { TELEMETRY_TABLES } from './tables/index.ts'
import { OTEL_LOGS_MATERIALIZED } from './tables/otel-logs.ts'
import { OTEL_TRACES_TRACE_ID_TS } from './tables/otel-traces.ts'
import {
  PROGRESS_TYPE,
  TASK_CPU_NS,
  WORKFLOW_EVENTS,
  WORKFLOW_OPEN,
  WORKFLOW_RUN_SPANS,
  WORKFLOW_RUNS,
  WORKFLOW_TASK_INCIDENTS,
  WORKFLOW_TASK_STATS,
  WORKFLOW_TASKS,
  WORKFLOW_UNPLACED_TASKS,
} from './tables/workflow.ts'

/** One file of `schema/`, its placeholders filled. */
export interface SchemaFile {
  /** `001_create_otel_traces` */
  readonly name: string
  readonly statements: readonly string[]
}

const DIRECTORY = new URL('../schema/', import.meta.url)

const COLUMNS: Readonly<Record<string, readonly ColumnDefinition[]>> = {
  ...TELEMETRY_TABLES,
  otel_traces_trace_id_ts: OTEL_TRACES_TRACE_ID_TS,
  otel_logs_materialized: OTEL_LOGS_MATERIALIZED,
  workflow_tasks: WORKFLOW_TASKS,
  workflow_unplaced_tasks: WORKFLOW_UNPLACED_TASKS,
  workflow_run_spans: WORKFLOW_RUN_SPANS,
  workflow_runs: WORKFLOW_RUNS,
  workflow_task_incidents: WORKFLOW_TASK_INCIDENTS,
  workflow_task_stats: WORKFLOW_TASK_STATS,
  workflow_open: WORKFLOW_OPEN,
  workflow_events: WORKFLOW_EVENTS,
}

const METRIC_INDEXES = [
  ['res_attr', 'ResourceAttributes'],
  ['scope_attr', 'ScopeAttributes'],
  ['attr', 'Attributes'],
]
  .flatMap(([name, column]) => [
    `INDEX idx_${name}_key mapKeys(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
    `INDEX idx_${name}_value mapValues(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
  ])
  .concat('INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1')
  .join(',\n  ')

const placedColumns = WORKFLOW_TASKS.filter(({ fallback }) => fallback === undefined)
  .map(({ name }) => (name === 'workflow' || name === 'run_id' ? `run.${name} AS ${name}` : `task.${name} AS ${name}`))
  .join(', ')

/** Tasks whose parent span is a run's and that have no row yet. */
const PLACE_TASKS = `SELECT ${placedColumns}
FROM workflow_unplaced_tasks AS task INNER JOIN workflow_run_spans AS run ON task.trace_id = run.trace_id AND task.parent_span_id = run.span_id
WHERE (task.seen > now() - 3600 OR run.seen > now() - 3600)
  AND (task.trace_id, task.span_id, task.ver) NOT IN (SELECT trace_id, span_id, ver FROM workflow_tasks WHERE seen > now() - 7200)`

/** Puts tasks under their runs now, instead of at the next refresh of the view that does it; over a cluster the shards' own views do it. */
export async function placeTasks(clickhouse: ClickHouse): Promise<void> {
  if ((await clusterOf(clickhouse)) !== null) return
  const names = placedColumns.replaceAll(/(run|task)\.\w+ AS /g, '')
  await clickhouse.command(`INSERT INTO workflow_tasks (${names}) ${PLACE_TASKS}`)
}

/**
 * A day of a task in numbers, for every workflow and day of which something arrived since it was last computed: whole days, so that
 * repeated and late records never count twice, however long no server ran.
 */
const ROLL_UP = `SELECT workflow, node_id, toDate(start) AS day, version, now() AS computed,
  countIf(status IN ('completed', 'failed', 'cancelled')) AS n, countIf(status = 'completed') AS completed, countIf(status = 'failed') AS failed,
  countIf(status = 'skipped') AS skipped, countIf(status = 'cancelled') AS cancelled, countIf(attempt > 1) AS retries,
  sumIf(t.duration_ns, status IN ('completed', 'failed')) AS duration_ns, countIf(attempt = 1 AND status IN ('completed', 'failed')) AS first_attempts,
  sumIf(t.queue_ns, attempt = 1 AND status IN ('completed', 'failed')) AS queue_ns, maxIf(t.duration_ns, status IN ('completed', 'failed')) AS max_ns,
  toUInt64(sum(${TASK_CPU_NS})) AS cpu_ns,
  sum(t.memory_peak_bytes / 1e9 * t.duration_ns / 1e9 / greatest(concurrency, 1)) AS gigabyte_seconds,
  max(t.memory_peak_bytes) AS memory_peak_bytes, sumIf(t.duration_ns, status = 'failed') AS failed_ns,
  ifNotFinite(finalizeAggregation(durations)[1], 0) AS p50_ns, ifNotFinite(finalizeAggregation(durations)[2], 0) AS p95_ns,
  quantilesDDStateIf(0.01, 0.5, 0.95, 0.99)(toFloat64(t.duration_ns), status IN ('completed', 'failed')) AS durations
FROM workflow_tasks AS t FINAL
WHERE {{which}}
GROUP BY workflow, node_id, day, version
SETTINGS do_not_merge_across_partitions_select_final = 1, prefer_column_name_to_alias = 1`

/** Workflows and days of which something arrived since their numbers were computed. */
const STALE_DAYS = `SELECT workflow, day FROM (SELECT workflow, toDate(start) AS day, max(seen) AS arrived FROM workflow_tasks WHERE {{of}} GROUP BY workflow, day) AS raw
  LEFT JOIN (SELECT workflow, day, max(computed) AS computed FROM workflow_task_stats WHERE {{of}} GROUP BY workflow, day) AS known USING (workflow, day)
  WHERE arrived >= computed`

/**
 * Brings the daily numbers of a workflow's tasks up to date now, instead of at the next refresh of the view that does it; over a cluster the shards' own
 * views do it, within a minute.
 */
export async function rollUpTasks(clickhouse: ClickHouse, workflow: string): Promise<void> {
  if ((await clusterOf(clickhouse)) !== null) return
  const stale = await clickhouse.query<{ day: string }>(
    STALE_DAYS.replaceAll('{{of}}', 'workflow = {workflow:String}'),
    { workflow },
  )
  if (stale.length === 0) return
  const names = WORKFLOW_TASK_STATS.map(({ name }) => name).join(', ')
  await clickhouse.command(
    `INSERT INTO workflow_task_stats (${names}) ${ROLL_UP.replace('{{which}}', 'workflow = {workflow:String} AND toDate(start) IN {days:Array(Date)}')}`,
    { workflow, days: stale.map(({ day }) => day) },
  )
}

/** By this comment views know the inserts of a backfill. */
export const BACKFILL_COMMENT = 'runspan backfill'

/** What is known of tables that somebody else made. */
export interface ExistingTables {
  /** False for log tables of collectors before this column came. */
  readonly logsHaveEventName: boolean
}

const NEW_TABLES: ExistingTables = { logsHaveEventName: true }

function fill(name: string, argument: string, existing: ExistingTables): string {
  switch (name) {
    case 'columns':
      return (COLUMNS[argument] ?? []).map(columnClause).join(',\n  ')
    case 'names':
      return (COLUMNS[argument] ?? []).map((column) => column.name).join(', ')
    case 'deduplicate':
      // how many inserts back the same token is recognised
      return 'non_replicated_deduplication_window = 10000'
    case 'metric indexes':
      return METRIC_INDEXES
    case 'run started':
      // without names of events the first sign of life is the start
      return existing.logsHaveEventName ? `EventName = '${attributes.EVENT_RUN_STARTED}'` : 'true'
    case 'no start':
      return NO_START
    case 'no end':
      return NO_END
    case 'progress':
      return PROGRESS_TYPE
    case 'no progress':
      return `(${NO_END}, 0, nan, '')::${PROGRESS_TYPE}`
    case 'not a backfill':
      return `getSetting('log_comment') != '${BACKFILL_COMMENT}'`
    case 'lost':
      return String(STATUS_NUMBER.lost)
    case 'statuses':
      return `[${STATUSES.map((status) => `'${status}'`).join(', ')}]`
    case 'rule views':
      return RULES.flatMap(compileRule)
        .map(
          ({ name: view, target, select }) =>
            `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view} TO ${target}\nAS ${select};`,
        )
        .join('\n\n')
    case 'roll up':
      return ROLL_UP.replace('{{which}}', `(workflow, toDate(start)) IN (${STALE_DAYS.replaceAll('{{of}}', 'true')})`)
    case 'place tasks':
      return PLACE_TASKS
    default:
      throw new Error(`schema: no placeholder of this name: ${name}`)
  }
}

/** The schema, in the order in which it is applied. */
export function schemaFiles(existing: ExistingTables = NEW_TABLES): SchemaFile[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, DIRECTORY), 'utf8').replaceAll(
        /\{\{(columns|names) (\w+)\}\}|\{\{([a-z ]+)\}\}/g,
        (_, withArgument: string | undefined, argument: string, plain: string) =>
          fill(withArgument ?? plain, argument ?? '', existing),
      )
      const statements = text
        .split(/;\s*(?:\n|$)/)
        .map((statement) => statement.trim())
        .filter((statement) => /^[^-]/m.test(statement))
      return { name: file.replace(/\.sql$/, ''), statements }
    })
}

/** Views that fill the typed tables from spans or log records: their targets and queries. Throws `ClickHouseError`. */
export async function typedViews(
  clickhouse: ClickHouse,
): Promise<{ readonly name: string; readonly target: string; readonly source: string; readonly query: string }[]> {
  const files = schemaFiles(await existingTables(clickhouse))
  return files
    .flatMap(({ statements }) => statements)
    .flatMap((statement) => {
      const view = viewOf(statement)
      const target = / TO (workflow_\w+)/.exec(statement)?.[1]
      const source = /\bFROM (otel_traces|otel_logs)\b/.exec(view?.query ?? '')?.[1]
      // events are news, and a backfill is none
      if (view === null || target === undefined || source === undefined || target === 'workflow_events') return []
      return [{ ...view, target, source }]
    })
}

/** What is there of tables that somebody else may have made. Throws `ClickHouseError`. */
export async function existingTables(clickhouse: ClickHouse): Promise<ExistingTables> {
  const columns = await clickhouse.query<{ name: string }>(
    `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'otel_logs'`,
  )
  return { logsHaveEventName: columns.length === 0 || columns.some(({ name }) => name === 'EventName') }
}

/** Name and query of a statement that creates a view; null for any other. */
export function viewOf(statement: string): { readonly name: string; readonly query: string } | null {
  const match = /^(?:--.*\n)*CREATE MATERIALIZED VIEW IF NOT EXISTS (\S+)[\s\S]*?\nAS ([\s\S]+)$/.exec(statement)
  return match === null ? null : { name: match[1]!, query: match[2]! }
}
