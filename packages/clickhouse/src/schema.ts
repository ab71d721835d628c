import { readdirSync, readFileSync } from 'node:fs'

import { attributes, STATUS_NUMBER, STATUSES } from '@runspan/model'
import { RULES } from '@runspan/rules'
import {
  columnClause,
  type ColumnDefinition,
  OTEL_LOGS_MATERIALIZED,
  OTEL_TRACES_TRACE_ID_TS,
  TELEMETRY_TABLES,
} from '@runspan/spool'

import type { ClickHouse } from './client/client.ts'
import { defineQuery } from './client/query.ts'
import { clusterOf } from './cluster/cluster-of.ts'
import { ROLL_UP_STALE_DAYS } from './roll-up.ts'
import {
  PROGRESS_TYPE,
  WORKFLOW_EVENTS,
  WORKFLOW_OPEN,
  WORKFLOW_RUN_SPANS,
  WORKFLOW_RUNS,
  WORKFLOW_TASK_INCIDENTS,
  WORKFLOW_TASK_STATS,
  WORKFLOW_TASKS,
  WORKFLOW_UNPLACED_TASKS,
} from './tables/workflow.ts'
import { compileRule, NO_END, NO_START } from './views/compile-rule.ts'

/** One file of `schema/` with its placeholders filled in. */
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

const PLACED = WORKFLOW_TASKS.filter(({ fallback }) => fallback === undefined).map(({ name }) => name)
const placedColumns = PLACED.map(
  (name) => `${name === 'workflow' || name === 'run_id' ? 'run' : 'task'}.${name} AS ${name}`,
)

/** Only tasks and spans of runs that arrived within the last hour are read: the later of the two is among them. */
const RECENT = 'seen > now() - 3600'
const tasksUnderRuns = (ofTasks: string, ofRuns: string): string => `SELECT ${placedColumns.join(', ')}
  FROM (SELECT * FROM workflow_unplaced_tasks WHERE ${ofTasks}) AS task
  INNER JOIN (SELECT * FROM workflow_run_spans WHERE ${ofRuns}) AS run ON task.trace_id = run.trace_id AND task.parent_span_id = run.span_id`
const RECENT_TASKS = `workflow_unplaced_tasks WHERE ${RECENT}`
const RECENT_RUNS = `workflow_run_spans WHERE ${RECENT}`
const TASKS_OF_RECENT_RUNS = `NOT (${RECENT}) AND trace_id IN (SELECT trace_id FROM ${RECENT_RUNS})`

/**
 * Tasks whose parent span is a run's and that have no row yet. The other side is read by its key, and only tasks that may be
 * the same are read: each table may have millions of rows.
 */
const PLACE_TASKS = `SELECT ${PLACED.join(', ')}
FROM (
  ${tasksUnderRuns(RECENT, `trace_id IN (SELECT trace_id FROM ${RECENT_TASKS})`)}
  UNION ALL
  ${tasksUnderRuns(TASKS_OF_RECENT_RUNS, RECENT)})
WHERE (trace_id, span_id, ver) NOT IN (
  SELECT trace_id, span_id, ver FROM workflow_tasks
  WHERE seen > now() - 7200
    AND node_id IN (SELECT node_id FROM ${RECENT_TASKS} UNION DISTINCT SELECT node_id FROM workflow_unplaced_tasks WHERE ${TASKS_OF_RECENT_RUNS})
    AND trace_id IN (SELECT trace_id FROM ${RECENT_TASKS} UNION DISTINCT SELECT trace_id FROM ${RECENT_RUNS}))`

/**
 * Resolves tasks to their runs now, instead of at the next refresh of the view that does it; over a cluster the shards' own
 * views do it.
 */
export async function placeTasks(clickhouse: ClickHouse): Promise<void> {
  if ((await clusterOf(clickhouse)) !== null) return
  const sql = `INSERT INTO workflow_tasks (${PLACED.join(', ')}) ${PLACE_TASKS}`
  await clickhouse.tell({ name: 'place tasks', sql })
}

/** Comment by which views recognise the inserts of a backfill. */
export const BACKFILL_COMMENT = 'runspan backfill'

/** Properties of tables that other programs created. */
export interface ExistingTables {
  /** False for log tables of collectors from before this column existed. */
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
      // number of past inserts in which the same token is recognised
      return 'non_replicated_deduplication_window = 10000'
    case 'metric indexes':
      return METRIC_INDEXES
    case 'run started':
      // without event names the first heartbeat is the start
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
      return ROLL_UP_STALE_DAYS
    case 'place tasks':
      return PLACE_TASKS
    default:
      throw new Error(`schema: no placeholder of this name: ${name}`)
  }
}

/** Returns the schema's files in the order in which they are applied. */
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

/**
 * Returns the views that fill the typed tables from spans or log records, with targets and queries. Throws `ClickHouseError`.
 */
export async function typedViews(
  clickhouse: ClickHouse,
): Promise<{ readonly name: string; readonly target: string; readonly source: string; readonly query: string }[]> {
  const files = schemaFiles(await existingTables(clickhouse))
  return [...latestViews(files).values()].flatMap(({ statement, view }) => {
    const target = / TO (workflow_\w+)/.exec(statement)?.[1]
    const source = /\bFROM (otel_traces|otel_logs)\b/.exec(view?.query ?? '')?.[1]
    // events are for new data, which a backfill is not
    if (target === undefined || source === undefined || target === 'workflow_events') return []
    return [{ ...view, target, source }]
  })
}

const LOG_COLUMNS = defineQuery({
  name: 'schema apply/log columns',
  sql: `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'otel_logs'`,
  columns: (z) => ({ name: z.string() }),
})

/** Returns the properties of tables that other programs may have created. Throws `ClickHouseError`. */
export async function existingTables(clickhouse: ClickHouse): Promise<ExistingTables> {
  const columns = await clickhouse.ask(LOG_COLUMNS)
  return { logsHaveEventName: columns.length === 0 || columns.some(({ name }) => name === 'EventName') }
}

/** A view as a file of the schema defines it. */
export interface DefinedView<File extends SchemaFile> {
  readonly file: File
  readonly statement: string
  readonly view: NonNullable<ReturnType<typeof viewOf>>
}

/** Returns each view by its name, as the last of the files defines it. */
export function latestViews<File extends SchemaFile>(files: readonly File[]): Map<string, DefinedView<File>> {
  const views = new Map<string, DefinedView<File>>()
  for (const file of files) {
    for (const statement of file.statements) {
      const view = viewOf(statement)
      if (view !== null) views.set(view.name, { file, statement, view })
    }
  }
  return views
}

/** Returns name and query of a statement that creates a view; null for any other. */
export function viewOf(statement: string): { readonly name: string; readonly query: string } | null {
  const match = /^(?:--.*\n)*CREATE MATERIALIZED VIEW IF NOT EXISTS (\S+)[\s\S]*?\nAS ([\s\S]+)$/.exec(statement)
  return match === null ? null : { name: match[1]!, query: match[2]! }
}
