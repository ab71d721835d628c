import type { Dashboard, Panel } from '@grafana/schema'
import { dailyMetrics, failureClusters, flakyTasks, nodePerformance, runs, runStats } from '@runspan/analytics'
import { RUN_ID_WITHOUT_INSTALLATION } from '@runspan/clickhouse'

import { FROM, sqlOf, TO, WORKFLOW } from './grafana-sql.ts'

/* The dashboards in `deploy/grafana/dashboards/`, generated from the same questions as the other views. */

const PLUGIN = 'grafana-clickhouse-datasource'
/** Whichever is selected: a dashboard must work with a data source of any name. */
const DATASOURCE = { type: PLUGIN, uid: '${datasource}' } as const
const TIME_SERIES = 0
const TABLE = 1
const TRACES = 3

type Kind = 'stat' | 'table' | 'timeseries' | 'traces' | 'barchart'

interface PanelSpec {
  readonly title: string
  readonly kind: Kind
  readonly sql: string
  readonly unit?: string
  /** Links of the values of a table column. */
  readonly links?: readonly Link[]
  /** Width, of 24 columns. */
  readonly width?: number
  readonly height?: number
}

type Override = NonNullable<Panel['fieldConfig']>['overrides'][number]

interface Link {
  readonly column: string
  readonly title: string
  readonly url: string
}

const KEPT = 'var-datasource=${datasource}&${__url_time_range}'
const TO_RUN: Link = {
  column: 'run',
  title: 'The run',
  url: `/d/runspan-run?var-run=\${__value.raw:percentencode}&${KEPT}`,
}
const TO_WORKFLOW: Link = {
  column: 'workflow',
  title: 'The workflow',
  url: `/d/runspan-workflow?var-workflow=\${__value.raw:percentencode}&${KEPT}`,
}
const TO_JAEGER: Link = { column: 'trace', title: 'The trace in Jaeger', url: '${jaeger}/trace/${__value.raw}' }

function panelsOf(specs: readonly PanelSpec[]): Panel[] {
  let x = 0
  let y = 0
  let rowHeight = 0
  return specs.map((spec, index) => {
    const { title, kind, sql, unit, width = 12, height = 8, links = [] } = spec
    if (x + width > 24) {
      x = 0
      y += rowHeight
      rowHeight = 0
    }
    const gridPos = { x, y, w: width, h: height }
    x += width
    rowHeight = Math.max(rowHeight, height)
    const format = kind === 'timeseries' || kind === 'barchart' ? TIME_SERIES : kind === 'traces' ? TRACES : TABLE
    return {
      id: index + 1,
      title,
      type: kind,
      gridPos,
      datasource: DATASOURCE,
      targets: [{ datasource: DATASOURCE, editorType: 'sql', format, rawSql: sql, refId: 'A' }],
      fieldConfig: { defaults: unit === undefined ? {} : { unit }, overrides: links.map(linkOverride) },
      options: kind === 'stat' ? { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } } : {},
    }
  })
}

function linkOverride({ column, title, url }: Link): Override {
  return {
    matcher: { id: 'byName', options: column },
    properties: [{ id: 'links', value: [{ title, url, targetBlank: url.startsWith('${') }] }],
  }
}

/**
 * The data source, and Jaeger's address: a constant, which the dashboard's URL cannot change; `copy-dashboards.sh` sets it.
 */
const EVERYWHERE = [
  {
    name: 'datasource',
    label: 'Data source',
    type: 'datasource',
    query: PLUGIN,
    current: { text: 'Runspan', value: 'runspan' },
  },
  { name: 'jaeger', type: 'constant', query: 'http://localhost:16686', hide: 2, skipUrlSync: true },
]

const WORKFLOWS = 'SELECT DISTINCT workflow FROM workflow_runs ORDER BY workflow'

function dashboard(
  uid: string,
  title: string,
  specs: readonly PanelSpec[],
  variables: 'workflow' | 'run' | 'none',
): Dashboard {
  const list: NonNullable<NonNullable<Dashboard['templating']>['list']> =
    variables === 'workflow'
      ? [
          {
            name: 'workflow',
            label: 'Workflow',
            type: 'query',
            datasource: DATASOURCE,
            query: WORKFLOWS,
            includeAll: true,
            // no workflow means every workflow; Grafana inserts this text unchanged, with its quotes, and ignores an empty
            // one
            allValue: "''",
            refresh: 2,
          },
        ]
      : variables === 'run'
        ? [{ name: 'run', label: 'Run id', type: 'textbox', query: '' }]
        : []
  return {
    uid,
    title,
    schemaVersion: 39,
    tags: ['runspan'],
    timezone: 'utc',
    editable: true,
    graphTooltip: 1,
    time: { from: 'now-7d', to: 'now' },
    templating: { list: [...EVERYWHERE, ...list] },
    panels: panelsOf(specs),
  } as Dashboard
}

/** The question reads one more, to find out whether there are more. */
const LATEST_RUNS = 50
const OF_A_RUN = [TO_RUN, TO_WORKFLOW, TO_JAEGER]
const RANGE = { from: FROM, to: TO }
const OF_WORKFLOW = { ...RANGE, workflow: WORKFLOW }
const RUN = '${run:sqlstring}'

/** Returns SQL of a day's numbers as a series. */
const series = (daily: string, columns: string): string =>
  `SELECT toDateTime(toDate(day)) AS time, ${columns} FROM (${daily}) ORDER BY time`

/** Returns all dashboards by file name. */
export async function dashboards(): Promise<Readonly<Record<string, Dashboard>>> {
  const daily = await sqlOf((clickhouse) => dailyMetrics(clickhouse, OF_WORKFLOW))
  const stats = await sqlOf((clickhouse) => runStats(clickhouse, OF_WORKFLOW))
  const latest = await sqlOf((clickhouse) => runs(clickhouse, { ...OF_WORKFLOW, limit: LATEST_RUNS }))
  const nodes = await sqlOf((clickhouse) => nodePerformance(clickhouse, OF_WORKFLOW))
  const failures = await sqlOf((clickhouse) => failureClusters(clickhouse, OF_WORKFLOW))
  const flaky = await sqlOf((clickhouse) => flakyTasks(clickhouse, OF_WORKFLOW))
  const latestRuns = `SELECT workflow, status, start, duration_ns / 1e9 AS seconds, run_key AS run, error, trace_id AS trace FROM (${latest}) ORDER BY start DESC LIMIT ${LATEST_RUNS}`
  const overview: PanelSpec[] = [
    { title: 'Runs', kind: 'stat', sql: `SELECT totalRuns FROM (${stats})`, width: 6, height: 4 },
    {
      title: 'Completed',
      kind: 'stat',
      sql: `SELECT successRate FROM (${stats})`,
      unit: 'percentunit',
      width: 6,
      height: 4,
    },
    { title: 'Running now', kind: 'stat', sql: `SELECT runningRuns FROM (${stats})`, width: 6, height: 4 },
    { title: 'Lost', kind: 'stat', sql: `SELECT lostRuns FROM (${stats})`, width: 6, height: 4 },
    { title: 'Runs a day', kind: 'timeseries', sql: series(daily, 'runs, failed, lost') },
    {
      title: 'Duration of runs, median and 95th percentile',
      kind: 'timeseries',
      sql: series(daily, 'p50DurationSeconds, p95DurationSeconds'),
      unit: 's',
    },
    { title: 'Latest runs', kind: 'table', sql: latestRuns, links: OF_A_RUN, width: 24, height: 12 },
  ]
  const workflow: PanelSpec[] = [
    { title: 'Attempts of each task', kind: 'table', sql: nodes, width: 24, height: 10 },
    { title: 'Completed a day', kind: 'timeseries', sql: series(daily, 'successRate'), unit: 'percentunit' },
    {
      title: 'Duration of runs',
      kind: 'timeseries',
      sql: series(daily, 'p50DurationSeconds, p95DurationSeconds'),
      unit: 's',
    },
    { title: 'Runs', kind: 'table', sql: latestRuns, links: OF_A_RUN, width: 24, height: 12 },
  ]
  return {
    overview: dashboard('runspan-overview', 'Runspan: overview', overview, 'workflow'),
    workflow: dashboard('runspan-workflow', 'Runspan: workflow', workflow, 'workflow'),
    failures: dashboard(
      'runspan-failures',
      'Runspan: failures',
      [
        {
          title: 'Failures by kind',
          kind: 'table',
          sql: `SELECT workflow, errorType, errorMessage, count, runs, runsFailed, firstSeen, lastSeen FROM (${failures})`,
          links: [TO_WORKFLOW],
          width: 24,
          height: 10,
        },
        { title: 'Flaky tasks and what goes wrong', kind: 'table', sql: flaky, width: 24, height: 10 },
        { title: 'Failed runs a day', kind: 'timeseries', sql: series(daily, 'failed, lost'), width: 24 },
      ],
      'workflow',
    ),
    run: dashboard(
      'runspan-run',
      'Runspan: run',
      [
        { title: 'Where else it is', kind: 'table', sql: RUN_SQL, links: OF_A_RUN, width: 24, height: 4 },
        { title: 'Run', kind: 'traces', sql: TRACE_SQL, width: 24, height: 18 },
        { title: 'Tasks', kind: 'table', sql: TASKS_SQL, width: 24, height: 10 },
      ],
      'run',
    ),
    resources: dashboard(
      'runspan-resources',
      'Runspan: resources',
      [
        { title: 'Memory of processes', kind: 'timeseries', sql: MEMORY_SQL, unit: 'bytes' },
        { title: 'CPU of processes, cores', kind: 'timeseries', sql: CPU_SQL },
      ],
      'none',
    ),
  }
}

/** Condition on a run's id, key, or key preceded by the engine, as views show it. */
const IS_CALLED = `(run_id = ${RUN} OR run_key = ${RUN} OR ${RUN_ID_WITHOUT_INSTALLATION} = ${RUN})`
/**
 * Selects the run with the latest record if several have the same key, like those of two installations: runs must not be
 * mixed.
 */
const THE_RUN = `(SELECT run_id FROM workflow_runs WHERE ${IS_CALLED} ORDER BY run_id = ${RUN} DESC, last_seen DESC LIMIT 1)`
const OF_RUN = `TraceId IN (SELECT trace_id FROM workflow_runs WHERE run_id IN ${THE_RUN})`

/** With the column names of the trace panel. */
const TRACE_SQL = `SELECT TraceId AS traceID, SpanId AS spanID, ParentSpanId AS parentSpanID, ServiceName AS serviceName, SpanName AS operationName,
  toUnixTimestamp64Milli(Timestamp) AS startTime, Duration / 1e6 AS duration,
  arrayMap(key -> map('key', key, 'value', SpanAttributes[key]), mapKeys(SpanAttributes)) AS tags,
  arrayMap(key -> map('key', key, 'value', ResourceAttributes[key]), mapKeys(ResourceAttributes)) AS serviceTags,
  multiIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR'), 2, StatusCode IN ('Ok', 'STATUS_CODE_OK'), 1, 0) AS statusCode
FROM otel_traces WHERE ${OF_RUN} ORDER BY startTime`

const RUN_SQL = `SELECT if(count() OVER () > 1, run_id, run_key) AS run, workflow, start, trace_id AS trace FROM (SELECT run_id, run_key, engine, workflow, trace_id, last_seen, if(own_start < toDateTime64('2262-01-01 00:00:00', 9, 'UTC'), own_start, first_task) AS start FROM workflow_runs FINAL)
WHERE ${IS_CALLED} ORDER BY run_id = ${RUN} DESC, last_seen DESC LIMIT 10`

const TASKS_SQL = `SELECT node_id AS task, attempt, toString(status) AS status, start, duration_ns / 1e9 AS seconds, queue_ns / 1e9 AS waited, error_type AS error, error_message AS message
FROM workflow_tasks FINAL WHERE run_id IN ${THE_RUN} ORDER BY start`

const MEMORY_SQL = `SELECT $__timeInterval(TimeUnix) AS time, max(Value) AS memory FROM otel_metrics_gauge
WHERE $__timeFilter(TimeUnix) AND MetricName = 'process.memory.usage' GROUP BY time
UNION ALL SELECT $__timeInterval(TimeUnix) AS time, max(Value) AS memory FROM otel_metrics_sum
WHERE $__timeFilter(TimeUnix) AND MetricName = 'process.memory.usage' GROUP BY time
ORDER BY time`

const CPU_SQL = `SELECT time, sum(used) / $__interval_s AS cores FROM (
  SELECT $__timeInterval(TimeUnix) AS time, max(Value) - min(Value) AS used FROM otel_metrics_sum
  WHERE $__timeFilter(TimeUnix) AND MetricName = 'process.cpu.time' GROUP BY time, ServiceName, StartTimeUnix, Attributes)
GROUP BY time ORDER BY time`
