import { readFileSync } from 'node:fs'

import { applySchema, applySchemaIfAllowed, rollUpTasks, type SchemaFile, schemaFiles } from '@runspan/clickhouse'
import { type Source } from '@runspan/spool'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

import { fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

let at: TestServer
beforeEach(async () => {
  at = await startTestServer({ schema: false })
  onTestFinished(() => at.stop())
})

/** Returns everything that defines a table, except for the names of its settings and its comments. */
async function definitions(like: string): Promise<Record<string, unknown>> {
  const ask = (sql: string): Promise<Record<string, unknown>[]> => at.clickhouse.query(sql, { like })
  const where = (name: string): string => `WHERE database = currentDatabase() AND ${name} LIKE {like:String}`
  return {
    columns: await ask(`SELECT table, position, name, type, compression_codec, default_kind, default_expression
      FROM system.columns ${where('table')} ORDER BY table, position`),
    indexes: await ask(`SELECT table, name, type_full, expr, granularity
      FROM system.data_skipping_indices ${where('table')} ORDER BY table, name`),
    tables: await ask(`SELECT name, engine, partition_key, sorting_key, primary_key, as_select
      FROM system.tables ${where('name')} ORDER BY name`),
  }
}

async function creations(): Promise<Record<string, string>> {
  const rows = await at.clickhouse.query<{ name: string; text: string }>(
    `SELECT name, create_table_query AS text FROM system.tables WHERE database = currentDatabase() ORDER BY name`,
  )
  return Object.fromEntries(rows.map(({ name, text }) => [name, text]))
}

async function run(statements: readonly string[]): Promise<void> {
  for (const statement of statements) await at.clickhouse.command(statement)
}

test('the collector’s tables are as the collector makes them', async () => {
  const recorded = readFileSync(fixture('otelcol/schema.sql'), 'utf8')
    .replaceAll('otel.otel_', 'otel_')
    .split(/^;$/m)
    .map((statement) => statement.replaceAll(/^--.*$/gm, '').trim())
    .filter((statement) => /^CREATE (TABLE|MATERIALIZED VIEW)/.test(statement))
  // tables before their views
  const ordered = recorded.toSorted((a, b) => Number(a.includes('VIEW')) - Number(b.includes('VIEW')))
  expect(ordered).toHaveLength(9)
  await run(ordered)
  const theirs = await definitions('otel%')
  await run(ordered.toReversed().map((statement) => `DROP TABLE ${/otel_\w+/.exec(statement)![0]} SYNC`))

  expect(await applySchema(at.clickhouse)).toEqual(schemaFiles().map(({ name }) => name))
  expect(await definitions('otel%')).toEqual(theirs)
})

test('every table recognises a repeated insert, views’ targets too', async () => {
  await applySchema(at.clickhouse)
  const made = await creations()
  const without = Object.entries(made)
    .filter(([, text]) => /ENGINE = \w*MergeTree/.test(text) && !text.includes('non_replicated_deduplication_window'))
    .map(([name]) => name)
  // filled only by refreshes, which have no token
  expect(without).toEqual(['runspan_schema', 'workflow_task_stats'])
})

test('applying again changes nothing, not even when two do it at once', async () => {
  await Promise.all([applySchema(at.clickhouse), applySchema(at.clickhouse)])
  const before = await creations()
  expect(await applySchema(at.clickhouse)).toEqual([])
  expect(await creations()).toEqual(before)
})

test('views follow the rules when these change, and only views are touched', async () => {
  await applySchema(at.clickhouse)
  const before = await creations()
  await run([
    `ALTER TABLE workflow_run_spans_n8n_mv MODIFY QUERY SELECT TraceId AS trace_id, SpanId AS span_id, 'old' AS run_id, 'old' AS workflow FROM otel_traces WHERE 0`,
    `TRUNCATE TABLE runspan_schema`,
    `INSERT INTO runspan_schema VALUES ${schemaFiles()
      .map(({ name }) => `('${name}', 'older', now())`)
      .join(', ')}`,
  ])
  expect(await creations()).not.toEqual(before)
  expect(await applySchema(at.clickhouse)).toEqual(schemaFiles().map(({ name }) => name))
  expect(await creations()).toEqual(before)
})

test('a later version adds a column: tables keep their rows, the views fill it from then on', async () => {
  await applySchema(at.clickhouse)
  const span = (name: string): string =>
    `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, ScopeName, ResourceAttributes, SpanAttributes) VALUES ('2026-11-20 12:00:00', 'a', '${name}', '${name}', 'runspan',
      map('host.name', 'h1'), map('workflow.name', 'w', 'workflow.run.id', 'r', 'workflow.task.id', '${name}'))`
  await run([span('before')])
  const next = schemaFiles().map(({ name, statements }) => ({
    name,
    statements: statements.map((statement) =>
      statement.includes('VIEW IF NOT EXISTS workflow_tasks_runspan_mv')
        ? statement.replace('AS SELECT', `AS SELECT ResourceAttributes['host.name'] AS host,`)
        : statement,
    ),
  }))
  const added = {
    name: '999_add_host',
    statements: ['ALTER TABLE workflow_tasks ADD COLUMN IF NOT EXISTS host String'],
  }
  const changed = next
    .filter(({ statements }) => statements.some((text) => text.includes('AS host,')))
    .map(({ name }) => name)
  expect(changed).toContain('008_create_rule_views')
  expect(await applySchema(at.clickhouse, [...next, added])).toEqual([...changed, '999_add_host'])
  await run([span('after')])
  expect(await at.clickhouse.query('SELECT node_id, host FROM workflow_tasks FINAL ORDER BY node_id')).toEqual([
    { node_id: 'after', host: 'h1' },
    { node_id: 'before', host: '' },
  ])
})

/** This version's schema with another rule for BullMQ. */
function changedSchema(): SchemaFile[] {
  return schemaFiles().map(({ name, statements }) => ({
    name,
    statements: statements.map((statement) =>
      statement.includes('VIEW IF NOT EXISTS workflow_tasks_bullmq_mv')
        ? statement.replace("= 'process'", "IN ('process', 'newer')")
        : statement,
    ),
  }))
}

test('an older version leaves what a newer one made, and says so; a newer one brings it up to date', async () => {
  await applySchema(at.clickhouse)
  const newer = [...changedSchema(), { name: '777_change_views', statements: ['SELECT 1'] }]
  await applySchema(at.clickhouse, newer)
  await run([`INSERT INTO runspan_schema VALUES ('(version)', '777 7.7.7', now() + 1)`])
  const before = await creations()
  const outcome = await applySchema(at.clickhouse).catch((error: unknown) => error)
  expect(outcome).toMatchObject({ code: 'SCHEMA_NEWER' })
  expect((outcome as Error).message).toContain('This database belongs to a newer Runspan (7.7.7), please update')
  const said: string[] = []
  await applySchemaIfAllowed(at.clickhouse, (text) => said.push(text))
  expect(said).toEqual([(outcome as Error).message])
  expect(await creations()).toEqual(before)
  // its records are still accepted, and read
  await run([
    `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ScopeName, SpanAttributes) VALUES
    (now64(), 'a', 'b', 'runspan', map('workflow.name', 'w', 'workflow.run.id', 'r', 'workflow.task.id', 't'))`,
  ])
  expect(await at.clickhouse.query('SELECT node_id FROM workflow_tasks')).toEqual([{ node_id: 't' }])
  expect(await applySchema(at.clickhouse, [...newer, { name: '778_more', statements: ['SELECT 1'] }])).toEqual([
    '778_more',
  ])
})

test('two builds of one version at one database: the one that came later keeps it', async () => {
  const isNewer = async (): Promise<boolean> => (await creations())['workflow_tasks_bullmq_mv']!.includes('newer')
  const turns: boolean[] = []
  const refusals: unknown[] = []
  for (const files of [schemaFiles(), changedSchema(), schemaFiles(), changedSchema(), schemaFiles()]) {
    await applySchema(at.clickhouse, files).catch((error: { code?: unknown }) => refusals.push(error.code))
    turns.push(await isNewer())
  }
  expect(turns).toEqual([false, true, true, true, true])
  expect(refusals).toEqual(['SCHEMA_NEWER', 'SCHEMA_NEWER'])
})

test('daily numbers are brought up to date however long ago the tasks came, and only where something came', async () => {
  await applySchema(at.clickhouse)
  // the view has not looked yet
  await run([
    'SYSTEM WAIT VIEW workflow_task_stats_mv',
    'SYSTEM STOP VIEW workflow_task_stats_mv',
    'TRUNCATE TABLE workflow_task_stats',
  ])
  const arrive = (node: string, seen: string): string =>
    `INSERT INTO workflow_tasks (workflow, node_id, start, run_id, task_id, attempt, status, duration_ns, ver, seen)
      SELECT 'w', '${node}', toDateTime64('2026-11-20 12:00:00', 9, 'UTC'), 'r', toString(number), 1, 'completed', (number + 1) * 1000000, 1, ${seen} FROM numbers(100)`
  await run([arrive('n', 'now() - 86400')])
  const numbers = (): Promise<unknown[]> =>
    at.clickhouse.query(
      `SELECT node_id AS node, toFloat64(n) AS n, toFloat64(duration_ns) AS duration, toFloat64(longest_ns) AS longest FROM workflow_task_stats WHERE workflow != '' ORDER BY node`,
    )
  const ofNode = (node: string): unknown => ({ node, n: 100, duration: 5050e6, longest: 100e6 })
  await rollUpTasks(at.clickhouse, 'w')
  expect(await numbers()).toEqual([ofNode('n')])
  await run([
    'TRUNCATE TABLE workflow_task_stats',
    'SYSTEM START VIEW workflow_task_stats_mv',
    'SYSTEM REFRESH VIEW workflow_task_stats_mv',
    'SYSTEM WAIT VIEW workflow_task_stats_mv',
  ])
  expect(await numbers()).toEqual([ofNode('n')])
  await rollUpTasks(at.clickhouse, 'w')
  expect(await numbers()).toHaveLength(1)
  // late records for an old day are detected
  await run([arrive('m', 'now()')])
  await rollUpTasks(at.clickhouse, 'w')
  expect(
    await at.clickhouse.query(`SELECT node_id FROM workflow_task_stats FINAL WHERE workflow != '' ORDER BY ALL`),
  ).toEqual([{ node_id: 'm' }, { node_id: 'n' }])
})

test('a very large day is not recomputed each time, but in the end', async () => {
  await applySchema(at.clickhouse)
  await run(['SYSTEM WAIT VIEW workflow_task_stats_mv', 'SYSTEM STOP VIEW workflow_task_stats_mv'])
  const computed = (secondsAgo: number): string =>
    `INSERT INTO workflow_task_stats (workflow, node_id, day, version, computed, n) SELECT 'w', 'n', today(), '', now() - ${secondsAgo}, 20000000`
  const attempts = (): Promise<unknown[]> =>
    at.clickhouse.query(`SELECT toFloat64(n) AS n FROM workflow_task_stats FINAL WHERE workflow = 'w'`)
  await run([
    computed(400),
    `INSERT INTO workflow_tasks (workflow, node_id, start, run_id, task_id, attempt, status, duration_ns, ver) SELECT 'w', 'n', now64(9), 'r', 't', 1, 'completed', 1, 1`,
  ])
  await rollUpTasks(at.clickhouse, 'w')
  expect(await attempts()).toEqual([{ n: 20_000_000 }])
  await run(['TRUNCATE TABLE workflow_task_stats', 'SYSTEM START VIEW workflow_task_stats_mv'])
  await run(['SYSTEM REFRESH VIEW workflow_task_stats_mv', 'SYSTEM WAIT VIEW workflow_task_stats_mv'])
  await run([
    'SYSTEM STOP VIEW workflow_task_stats_mv',
    `DELETE FROM workflow_task_stats WHERE workflow = 'w'`,
    computed(500),
  ])
  await rollUpTasks(at.clickhouse, 'w')
  expect(await attempts()).toEqual([{ n: 1 }])
})

const MAP = 'Map(LowCardinality(String), String)'
const OLD_POINT = `ResourceAttributes ${MAP}, ResourceSchemaUrl String, ScopeName String, ScopeVersion String, ScopeAttributes ${MAP},
  ScopeDroppedAttrCount UInt32, ScopeSchemaUrl String, ServiceName LowCardinality(String), MetricName String,
  MetricDescription String, MetricUnit String, Attributes ${MAP}, StartTimeUnix DateTime64(9) CODEC(Delta, ZSTD(1)),
  TimeUnix DateTime64(9) CODEC(Delta, ZSTD(1))`
const OLD_EXEMPLARS = `Exemplars Nested (FilteredAttributes ${MAP}, TimeUnix DateTime64(9), Value Float64, SpanId String, TraceId String)`
const OLD_ORDER = `ENGINE = MergeTree PARTITION BY toDate(TimeUnix)
  ORDER BY (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix)) SETTINGS ttl_only_drop_parts = 1`

/** Tables as collectors of some years ago created them, in short form. */
const OLD_TABLES = [
  `CREATE TABLE otel_traces (Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)), TraceId String, SpanId String, ParentSpanId String,
    TraceState String, SpanName LowCardinality(String), SpanKind LowCardinality(String), ServiceName LowCardinality(String),
    ResourceAttributes ${MAP}, ScopeName String, ScopeVersion String, SpanAttributes ${MAP}, Duration Int64,
    StatusCode LowCardinality(String), StatusMessage String,
    Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes ${MAP}),
    Links Nested (TraceId String, SpanId String, TraceState String, Attributes ${MAP}))
    ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toUnixTimestamp(Timestamp), TraceId)`,
  `CREATE TABLE otel_logs (Timestamp DateTime64(9), TimestampTime DateTime DEFAULT toDateTime(Timestamp), TraceId String, SpanId String,
    TraceFlags UInt32, SeverityText LowCardinality(String), SeverityNumber Int32, ServiceName LowCardinality(String), Body String,
    ResourceSchemaUrl String, ResourceAttributes ${MAP}, ScopeName String, ScopeVersion String, ScopeAttributes ${MAP},
    LogAttributes ${MAP}) ENGINE = MergeTree PARTITION BY toDate(TimestampTime) ORDER BY (ServiceName, TimestampTime, Timestamp)`,
  `CREATE TABLE otel_metrics_gauge (${OLD_POINT}, Value Float64, Flags UInt32, ${OLD_EXEMPLARS}) ${OLD_ORDER}`,
  `CREATE TABLE otel_metrics_sum (${OLD_POINT}, Value Float64, Flags UInt32, ${OLD_EXEMPLARS}, AggTemp Int32, IsMonotonic Boolean) ${OLD_ORDER}`,
  `CREATE TABLE otel_metrics_exponential_histogram (${OLD_POINT}, Count UInt64, Sum Float64, Scale Int32, ZeroCount UInt64,
    PositiveOffset Int32, PositiveBucketCounts Array(UInt64), NegativeOffset Int32, NegativeBucketCounts Array(UInt64),
    ${OLD_EXEMPLARS}, Flags UInt32, Min Float64, Max Float64, AggregationTemporality Int32) ${OLD_ORDER}`,
]

const source: Source = {
  resource: { 'service.name': 'old' },
  serviceName: 'old',
  resourceSchemaUrl: 'r',
  scopeName: 'runspan',
  scopeVersion: '1',
  scopeAttributes: {},
  scopeDroppedAttributes: 0,
  scopeSchemaUrl: 's',
}

test('tables of older collectors stay as they are and take everything', async () => {
  await run(OLD_TABLES)
  const before = await creations()
  await applySchema(at.clickhouse)
  const after = await creations()
  for (const [name, text] of Object.entries(before)) expect(after[name]).toBe(text)
  expect(await applySchema(at.clickhouse)).toEqual([])

  const ids = { 'workflow.run.id': 'run 1', 'workflow.name': 'old house' }
  at.spool.add('otel_traces', {
    source,
    start: [1_790_000_000, 123_456_789],
    duration: 5_000_000_000,
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    parentSpanId: '',
    traceState: '',
    name: 'run',
    kind: 'Internal',
    attributes: ids,
    statusCode: 'Ok',
    statusMessage: '',
    events: [{ time: [1_790_000_001, 7], name: 'e', attributes: { k: 'v' } }],
    links: [],
  })
  at.spool.add('otel_logs', {
    source,
    time: [1_789_999_999, 5],
    traceId: '',
    spanId: '',
    flags: 1,
    severityText: 'INFO',
    severityNumber: 9,
    body: 'began',
    attributes: { ...ids, 'workflow.run.id': 'run 2' },
    eventName: 'workflow.run.started',
  })
  at.spool.add('otel_metrics_gauge', {
    source,
    name: 'm',
    description: '',
    unit: '',
    attributes: {},
    start: [1_790_000_000, 1],
    time: [1_790_000_000, 999_999_999],
    flags: 0,
    exemplars: [{ attributes: { a: 'b' }, time: [1_790_000_000, 3], value: 1, spanId: '', traceId: '' }],
    value: 0.5,
  })
  await at.deliver()
  const [row] = await at.clickhouse.query(
    `SELECT (SELECT concat(toString(Timestamp), ' ', toString(Duration)) FROM otel_traces) AS span,
      (SELECT toString(\`Events.Timestamp\`[1]) FROM otel_traces) AS event, (SELECT Body FROM otel_logs) AS log,
      (SELECT concat(toString(TimeUnix), ' ', toString(\`Exemplars.TimeUnix\`[1])) FROM otel_metrics_gauge) AS point,
      (SELECT groupArray(concat(run_id, ' ', toString(own_start))) FROM (SELECT * FROM workflow_runs ORDER BY run_id)) AS runs`,
  )
  expect(row).toEqual({
    span: '2026-09-21 14:13:20.123456789 5000000000',
    event: '2026-09-21 14:13:21.000000007',
    log: 'began',
    point: '2026-09-21 14:13:20.999999999 2026-09-21 14:13:20.000000003',
    runs: ['run 1 2026-09-21 14:13:20.123456789', 'run 2 2026-09-21 14:13:19.000000005'],
  })
})
