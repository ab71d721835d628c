import { run, runs } from '@runspan/analytics'
import { applySchema, backfill } from '@runspan/clickhouse'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/* Tables that older collectors, and collectors with other settings, have created. */

let at: TestServer
beforeEach(async () => {
  at = await startTestServer({ schema: false })
  onTestFinished(() => at.stop())
})

/** As exporter 0.90 created it, without codecs and comments. */
const OF_2023 = `CREATE TABLE otel_traces (
  Timestamp DateTime64(9), TraceId String, SpanId String, ParentSpanId String, TraceState String, SpanName LowCardinality(String), SpanKind LowCardinality(String),
  ServiceName LowCardinality(String), ResourceAttributes Map(LowCardinality(String), String), ScopeName String, ScopeVersion String,
  SpanAttributes Map(LowCardinality(String), String), Duration Int64, StatusCode LowCardinality(String), StatusMessage String,
  Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes Map(LowCardinality(String), String)),
  Links Nested (TraceId String, SpanId String, TraceState String, Attributes Map(LowCardinality(String), String))
) ENGINE MergeTree() PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toUnixTimestamp(Timestamp), TraceId)`

/** Returns a run of one task by each source whose spans report the outcome in their status. */
const rows = (suffix: string, code: string): string[] =>
  (
    [
      ['runspan', 'runspan', '', `'workflow.name', 'w', 'workflow.run.id', 'ours${suffix}'`],
      [
        'runspan',
        'runspan task',
        'p',
        `'workflow.name', 'w', 'workflow.run.id', 'ours${suffix}', 'workflow.task.id', 't'`,
      ],
      ['any.etl', 'any', '', `'workflow.name', 'w', 'workflow.run.id', 'any${suffix}'`],
      ['any.etl', 'any task', 'p', `'workflow.name', 'w', 'workflow.run.id', 'any${suffix}', 'workflow.task.id', 't'`],
      ['airflow.models.dagrun', 'dag_run.w', '', `'airflow.dag_id', 'w', 'airflow.dag_run.run_id', 'dag${suffix}'`],
    ] as const
  ).map(
    ([scope, name, parent, attributes], i) =>
      `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ScopeName, SpanAttributes, Duration, StatusCode, StatusMessage)
       VALUES (now64(9) - 60, 'trace${suffix}', '${suffix}${i}', '${parent}', '${name}', 'SPAN_KIND_INTERNAL', '${scope}', map(${attributes}), 1000000, '${code}', 'boom')`,
  )

test('what exporters before August 2024 wrote: failed runs are failed, those that come and those that were there', async () => {
  await at.clickhouse.command(OF_2023)
  for (const statement of rows('-before', 'STATUS_CODE_ERROR')) await at.clickhouse.command(statement)
  await applySchema(at.clickhouse)
  for (const [suffix, code] of [
    ['-failed', 'STATUS_CODE_ERROR'],
    ['-ok', 'STATUS_CODE_OK'],
    ['-unset', 'STATUS_CODE_UNSET'],
    ['-new', 'Error'],
  ] as const) {
    for (const statement of rows(suffix, code)) await at.clickhouse.command(statement)
  }
  await backfill(at.clickhouse)
  const page = await runs(at.clickhouse, { limit: 100 })
  const statuses = Object.fromEntries(page.runs.map(({ runId, status }) => [runId, status]))
  const expected = Object.entries({
    before: 'failed',
    failed: 'failed',
    ok: 'completed',
    unset: 'completed',
    new: 'failed',
  })
  expect(statuses).toEqual(
    Object.fromEntries(
      expected.flatMap(([suffix, status]) => ['ours', 'any', 'dag'].map((key) => [`${key}-${suffix}`, status])),
    ),
  )
  for (const runId of ['ours-failed', 'any-failed', 'any-before']) {
    const report = await run(at.clickhouse, runId)
    expect(report.taskList.map(({ nodeId, status, error }) => ({ nodeId, status, error: error?.message }))).toEqual([
      { nodeId: 't', status: 'failed', error: 'boom' },
    ])
  }
})

/** As exporter 0.161 creates them with `json: true`, without indexes. */
const OF_JSON = [
  `CREATE TABLE otel_logs (Timestamp DateTime64(9), TraceId String, SpanId String, ServiceName LowCardinality(String), Body String, ResourceAttributes JSON,
     ResourceAttributesKeys Array(LowCardinality(String)), ScopeAttributes JSON, LogAttributes JSON, EventName String) ENGINE = MergeTree ORDER BY Timestamp`,
  `CREATE TABLE otel_traces (Timestamp DateTime64(9), TraceId String, SpanId String, ParentSpanId String, ServiceName LowCardinality(String), ResourceAttributes JSON,
     ResourceAttributesKeys Array(LowCardinality(String)), SpanAttributes JSON, Duration UInt64, StatusCode LowCardinality(String),
     Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes JSON)) ENGINE = MergeTree ORDER BY Timestamp`,
]
test('attributes as JSON: refused by name before anything is changed', async () => {
  for (const statement of OF_JSON) await at.clickhouse.command(statement)
  const tables = (): Promise<unknown> =>
    at.clickhouse.query(
      `SELECT name, create_table_query AS text FROM system.tables WHERE database = currentDatabase() ORDER BY name`,
    )
  const before = await tables()
  await expect(applySchema(at.clickhouse)).rejects.toMatchObject({
    code: 'UNSUPPORTED_TABLES',
    message: expect.stringMatching(
      /^The table otel_logs of \w+ has columns of type JSON \(ResourceAttributes, ScopeAttributes, LogAttributes\), and so have otel_traces, .* `json: true`.* Nothing was changed\. Give Runspan a database of its own/,
    ),
  })
  expect(await tables()).toEqual(before)
})
