import {
  applyClusterSchema,
  applySchema,
  applySchemaIfAllowed,
  ClickHouse,
  clusterFiles,
  clusterOf,
  schemaFiles,
} from '@runspan/clickhouse'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

import { CLUSTER, type Node, startTestCluster, type TestCluster } from '../servers/cluster.ts'

/* The schema of a cluster: on two embedded servers, which have no ClickHouse Keeper. */

let cluster: TestCluster
let first: Node
let second: Node
beforeAll(async () => {
  cluster = await startTestCluster(2)
  ;[first, second] = cluster.nodes as [Node, Node]
})
afterAll(() => cluster.stop())

/**
 * Replaces replicated tables by plain ones and drops clauses for other nodes, so that one server can run the statements.
 */
const onOneServer = (sql: string): string =>
  sql
    .replace(` ON CLUSTER \`${CLUSTER}\``, '')
    .replace('ENGINE = Replicated', 'ENGINE = ')
    .replace(/, replicated_deduplication_window_seconds = \d+/, '')
    .replace('replicated_deduplication_window', 'non_replicated_deduplication_window')

/**
 * Replaces ClickHouse Keeper, which is not available here: sends statements for all nodes to each of them, in a form it can
 * run.
 */
class Carrier extends ClickHouse {
  private readonly nodes: readonly Node[]
  readonly said: string[]
  constructor(nodes: readonly Node[], database: string, said: string[] = []) {
    super({ url: nodes[0]!.url, database })
    this.nodes = nodes
    this.said = said
  }

  override inDatabase(database: string): ClickHouse {
    return new Carrier(this.nodes, database, this.said)
  }

  override async command(...[sql, ...rest]: Parameters<ClickHouse['command']>): Promise<void> {
    if (!sql.includes('ON CLUSTER')) return super.command(sql, ...rest)
    this.said.push(sql)
    for (const { clickhouse } of this.nodes) await clickhouse.command(onOneServer(sql), ...rest)
  }

  override async query<Row>(...[sql, ...rest]: Parameters<ClickHouse['query']>): Promise<Row[]> {
    const rows = await super.query<Row & { engine: string }>(sql, ...rest)
    if (sql.includes('zookeeper_connection')) return rows.map((row) => ({ ...row, keeper: 1 }))
    if (!sql.includes('clusterAllReplicas')) return rows
    return rows.map((row) => ({ ...row, engine: row.engine.replace(/^(\w*MergeTree)$/, 'Replicated$1') }))
  }
}

test('applying again changes nothing; opening leaves a cluster as it is', async () => {
  const tables = (): Promise<object[]> =>
    first.clickhouse.query(
      `SELECT database, name, create_table_query FROM system.tables WHERE startsWith(database, 'otel') ORDER BY database, name`,
    )
  const before = await tables()
  expect(await applyClusterSchema(first.clickhouse, { cluster: CLUSTER, thisNode: true })).toEqual([])
  await applySchemaIfAllowed(first.clickhouse)
  await expect(applySchema(first.clickhouse)).rejects.toMatchObject({ code: 'NOT_ON_CLUSTER' })
  expect(await tables()).toEqual(before)
  expect(await clusterOf(first.clickhouse)).toEqual({ name: CLUSTER, local: 'otel_local', replicated: false })
})

test('a later version brings views up to date and spreads rows in its own way', async () => {
  const definitions = (): Promise<object[]> =>
    second.clickhouse.query(
      `SELECT name, create_table_query, comment FROM system.tables WHERE startsWith(database, 'otel') AND name IN ('otel_traces', 'workflow_run_spans_n8n_mv') ORDER BY database, name`,
    )
  const before = await definitions()
  for (const sql of [
    `ALTER TABLE workflow_run_spans_n8n_mv MODIFY QUERY SELECT TraceId AS trace_id, SpanId AS span_id, 'old' AS run_id, 'old' AS workflow FROM otel_traces WHERE 0`,
    `TRUNCATE TABLE runspan_schema`,
    `INSERT INTO runspan_schema VALUES ${schemaFiles()
      .map(({ name }) => `('${name}', 'older', now())`)
      .join(', ')}`,
  ])
    await second.local.command(sql)
  await second.clickhouse.command(
    `CREATE OR REPLACE TABLE otel_traces AS otel_local.otel_traces ENGINE = Distributed('${CLUSTER}', 'otel_local', 'otel_traces', rand()) COMMENT 'older'`,
  )
  expect(await definitions()).not.toEqual(before)
  const applied = await applyClusterSchema(second.clickhouse, { cluster: CLUSTER, thisNode: true })
  expect(applied).toContain('008_create_rule_views')
  expect(applied).toContain('900_distribute_tables')
  expect(await definitions()).toEqual(before)
})

test.each([
  [
    'a cluster it does not know',
    'nowhere',
    true,
    'CLUSTER_UNKNOWN',
    /knows no cluster "nowhere"\. It knows: house, paired/,
  ],
  ['no ClickHouse Keeper', CLUSTER, false, 'CLUSTER_DDL_UNAVAILABLE', /--this-node/],
  ['a shard of two replicas', 'paired', true, 'CLUSTER_CONFLICT', /shard 1 has 2 replicas/],
  ['a name that is none', 'a`b', true, 'INVALID_NAME', /letters/],
])('where there is %s, that is said', async (_, name, thisNode, code, message) => {
  const applying = applyClusterSchema(first.clickhouse, { cluster: name, thisNode })
  await expect(applying).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})

test('tables of its own in the database: nothing is changed', async () => {
  await first.clickhouse.command('RENAME TABLE otel_logs TO otel_logs_away')
  try {
    await first.clickhouse.command('CREATE TABLE otel_logs (a Int8) ENGINE = MergeTree ORDER BY a')
    const applying = applyClusterSchema(first.clickhouse, { cluster: CLUSTER, thisNode: true })
    await expect(applying).rejects.toMatchObject({
      code: 'CLUSTER_CONFLICT',
      message: expect.stringContaining('Nothing was changed: otel.otel_logs'),
    })
    await first.clickhouse.command('DROP TABLE otel_logs SYNC')
  } finally {
    await first.clickhouse.command('RENAME TABLE otel_logs_away TO otel_logs')
  }
})

// the embedded server cannot run ON CLUSTER and replicated tables: it parses their text, and without these clauses creates
// the same tables
test('the statements for ClickHouse Keeper parse, and make what --this-node makes', async () => {
  const files = clusterFiles({ cluster: CLUSTER, database: 'told', thisNode: false })
  const statements = files.flatMap((file) => file.statements)
  for (const text of statements) {
    const [row] = await first.clickhouse.query<{ formatted: string }>(
      'SELECT formatQuery({text:String}) AS formatted',
      { text },
    )
    expect(row!.formatted).toContain('ON CLUSTER')
  }
  const made = statements.filter((text) => /ENGINE = \w*MergeTree/.test(text))
  expect(made.filter((text) => !/ENGINE = Replicated\w*MergeTree/.test(text))).toEqual([])
  expect(statements.filter((text) => text.includes('non_replicated'))).toEqual([])
  for (const text of statements.map(onOneServer)) {
    // a view that a later file recreates has the later query
    const view = /^(?:--.*\n)*CREATE MATERIALIZED VIEW IF NOT EXISTS (\S+)/.exec(text)?.[1]
    if (view !== undefined) await first.clickhouse.command(`DROP VIEW IF EXISTS ${view}`)
    await first.clickhouse.command(text)
  }
  const definitions = async (database: string): Promise<string[]> => {
    const rows = await first.clickhouse.query<{ text: string }>(
      `SELECT create_table_query AS text FROM system.tables WHERE database IN ({database:String}, concat({database:String}, '_local')) AND name != 'runspan_backfill' ORDER BY database, name`,
      { database },
    )
    return rows.map(
      ({ text }) =>
        text
          .replaceAll(/\b(?:told|otel)(_local)?(?=[.'])/g, 'X$1')
          .replace(/runspan (single|replicated)/, '')
          .replaceAll(/ (TTL .*)?SETTINGS .*/g, ''), // an earlier test has set another
    )
  }
  expect(await definitions('told')).toEqual(await definitions('otel'))
})

test('told together, nodes know what has been applied to each, and one that came later gets what it lacks', async () => {
  const carrier = new Carrier(cluster.nodes, 'kept')
  onTestFinished(() => carrier.close())
  const apply = async (): Promise<{ applied: string[]; said: number }> => {
    carrier.said.length = 0
    const applied = await applyClusterSchema(carrier, { cluster: CLUSTER, thisNode: false })
    return { applied, said: carrier.said.length }
  }
  const everything = (await apply()).applied
  expect(everything).toContain('001_create_otel_traces')
  expect(everything.at(-1)).toBe('900_distribute_tables')
  expect(await apply()).toEqual({ applied: [], said: 4 }) // databases, and the table of applied files
  expect(await clusterOf(carrier)).toEqual({ name: CLUSTER, local: 'kept_local', replicated: true })

  const later = second.clickhouse.inDatabase('kept_local')
  onTestFinished(() => later.close())
  await later.command('DROP TABLE workflow_runs_n8n_mv SYNC')
  await later.command(
    `ALTER TABLE workflow_runs_airflow_mv MODIFY QUERY SELECT 'old' AS run_id FROM otel_traces WHERE 0`,
  )
  await later.command('TRUNCATE TABLE runspan_schema')
  await carrier.command('ALTER TABLE workflow_runs DROP COLUMN retry_of')
  expect((await apply()).applied).toEqual(everything)
  const views = await later.query(
    `SELECT name, create_table_query LIKE '%\\'old\\'%' AS old FROM system.tables WHERE database = currentDatabase() AND name IN ('workflow_runs_n8n_mv', 'workflow_runs_airflow_mv') ORDER BY name`,
  )
  expect(views).toEqual([
    { name: 'workflow_runs_airflow_mv', old: 0 },
    { name: 'workflow_runs_n8n_mv', old: 0 },
  ])
  expect(await carrier.query('SELECT retry_of FROM workflow_runs')).toEqual([])
  expect((await apply()).applied).toEqual([])
})
