import { APPLIED, applyFiles, applySchema, changedFiles, note } from '../apply-schema.ts'
import type { ClickHouse } from '../client/client.ts'
import { ClickHouseError } from '../client/errors.ts'
import { defineQuery, type RowOf, type Statement } from '../client/query.ts'
import {
  appliedRows,
  type AppliedRow,
  refuseIfNewer,
  type SchemaState,
  schemaState,
  schemaVersion,
  versionRow,
} from '../schema-state.ts'
import type { SchemaFile } from '../schema.ts'
import {
  type ClusterLayout,
  databaseStatements,
  DISTRIBUTED,
  type DistributedTable,
  distributedTables,
  localDatabase,
  localFiles,
  onCluster,
} from './cluster-statements.ts'
import { checkedName, identifier, literal } from './quote.ts'
import { knownShards, type Shard } from './shards.ts'

/** ClickHouse's code if ON CLUSTER is disabled. */
const NO_DISTRIBUTED_DDL = 392

/** Shorter than this connection's timeout, so that the error names the nodes that do not respond. */
const DDL_SETTINGS = { distributed_ddl_task_timeout: '50' } as const

/**
 * Creates missing tables on a cluster and updates views; running it again changes nothing. The connection's database gets the
 * tables over the cluster, a second one (`…_local`) the tables themselves. With `thisNode` only the connected server is
 * changed, and every server needs its own call. Returns the applied files. Throws `ClickHouseError`: `CLUSTER_UNKNOWN`,
 * `CLUSTER_CONFLICT`, `CLUSTER_DDL_UNAVAILABLE`, `INVALID_NAME` and others.
 */
export async function applyClusterSchema(
  clickhouse: ClickHouse,
  { cluster, thisNode }: Pick<ClusterLayout, 'cluster' | 'thisNode'>,
): Promise<string[]> {
  const layout = {
    cluster: checkedName('cluster', cluster),
    database: checkedName('database', clickhouse.database),
    thisNode,
  }
  const outside = clickhouse.inDatabase('default')
  const local = clickhouse.inDatabase(localDatabase(layout.database))
  try {
    const shards = await knownShards(outside, cluster)
    if (thisNode) seeThatShardsAreSingle(shards)
    else await seeThatAllCanBeTold(outside)
    await seeThatNothingIsInTheWay(outside, layout)
    return thisNode
      ? await applyHere(outside, local, layout)
      : await applyEverywhere(outside, clickhouse, layout, shards)
  } catch (error) {
    if (error instanceof ClickHouseError && error.serverCode === NO_DISTRIBUTED_DDL)
      throw cannotTellAll(clickhouse, error)
    throw error
  } finally {
    await Promise.all([outside.close(), local.close()])
  }
}

async function applyHere(outside: ClickHouse, local: ClickHouse, layout: ClusterLayout): Promise<string[]> {
  for (const sql of databaseStatements(layout)) await outside.tell({ name: 'schema apply/database', sql })
  const applied = await applySchema(local)
  const file = distributedFile(layout)
  const rows = await local.ask(APPLIED)
  const changed = changedFiles([file], schemaState(rows).hashes)
  if (changed.length === 0) return applied
  await distribute(outside, layout)
  await note(local, appliedRows(changed[0]!))
  return [...applied, file.name]
}

async function applyEverywhere(
  outside: ClickHouse,
  clickhouse: ClickHouse,
  layout: ClusterLayout,
  shards: readonly Shard[],
): Promise<string[]> {
  const runOnCluster = (sql: string, file: string): Promise<void> =>
    outside.tell({ name: `schema apply ${file.slice(0, 3)}`, sql, settings: DDL_SETTINGS })
  for (const statement of databaseStatements(layout)) await runOnCluster(statement, '/database')
  const [applied] = distributedTables(layout)
  await runOnCluster(applied!.create, DISTRIBUTED)
  const { anywhere, everywhere } = await appliedByShard(clickhouse, shards)
  const files = localFiles(layout)
  refuseIfNewer(anywhere, files)
  const mark = async (rows: readonly AppliedRow[]): Promise<void> => {
    for (const { shard } of shards)
      await note(clickhouse, rows, { insert_shard_id: String(shard), distributed_foreground_insert: 1 })
  }
  if (anywhere.version < schemaVersion(files)) await mark([versionRow(files)])
  const changed = changedFiles([...files, distributedFile(layout)], everywhere)
  await applyFiles({
    files: changed.filter(({ name }) => name !== DISTRIBUTED),
    isNew: anywhere.hashes.size === 0,
    tell: runOnCluster,
    alterView: (view) => `ALTER TABLE ${view}${onCluster(layout)}`,
  })
  if (changed.length > 0) await distribute(outside, layout)
  for (const file of changed) await mark(appliedRows(file))
  return changed.map(({ name }) => name)
}

const APPLIED_BY_SHARD = defineQuery({
  name: 'schema apply/applied by shard',
  sql: `SELECT file, groupUniqArray(hash) AS hashes, toUInt32(count()) AS shards
    FROM (SELECT shardNum() AS shard, file, argMax(hash, applied) AS hash FROM runspan_schema GROUP BY shard, file) GROUP BY file`,
  columns: (z) => ({ file: z.string(), hashes: z.array(z.string()), shards: z.number() }),
})

/**
 * Returns what any shard has applied, and the hashes on which all agree: a shard that was added later has applied nothing
 * yet.
 */
async function appliedByShard(
  clickhouse: ClickHouse,
  shards: readonly Shard[],
): Promise<{ anywhere: SchemaState; everywhere: Map<string, string> }> {
  const rows = await clickhouse.ask(APPLIED_BY_SHARD)
  const agreed = rows.filter((row) => row.shards === shards.length && row.hashes.length === 1)
  return {
    anywhere: schemaState(rows.map(({ file, hashes }) => ({ file, hash: hashes.toSorted().at(-1)! }))),
    everywhere: new Map(agreed.map(({ file, hashes }) => [file, hashes[0]!])),
  }
}

/** Returns the tables over the cluster as one file, to record it as applied. */
function distributedFile(layout: ClusterLayout): SchemaFile {
  return { name: DISTRIBUTED, statements: distributedTables(layout).flatMap(({ create, alter }) => [create, ...alter]) }
}

async function distribute(outside: ClickHouse, layout: ClusterLayout): Promise<void> {
  const tables = distributedTables(layout)
  const tell = (sql: string, settings: Statement['settings'] = DDL_SETTINGS): Promise<void> =>
    outside.tell({ name: 'schema apply/distributed', sql, settings })
  for (const { create } of tables) await tell(create)
  for (const table of await outdated(outside, layout, tables)) {
    // first flush rows that others have inserted and that are still on their way to other shards
    await tell(`SYSTEM FLUSH DISTRIBUTED ${identifier(layout.database)}.${table.name}${onCluster(layout)}`, {})
    await tell(table.replace)
  }
  for (const { alter } of tables) for (const statement of alter) await tell(statement)
}

const COMMENTS = defineQuery({
  name: 'schema apply/comments',
  sql: 'SELECT name, comment FROM system.tables WHERE database = {database:String}',
  columns: (z) => ({ name: z.string(), comment: z.string() }),
})

/** Returns the tables whose sharding must change. */
async function outdated(
  outside: ClickHouse,
  { database }: ClusterLayout,
  tables: readonly DistributedTable[],
): Promise<DistributedTable[]> {
  const rows = await outside.ask(COMMENTS, { database })
  const comments = new Map(rows.map(({ name, comment }) => [name, comment]))
  return tables.filter(({ name, comment }) => comments.get(name) !== comment)
}

/** Only ClickHouse Keeper keeps replicas in sync: without it each would have a part of the rows. */
function seeThatShardsAreSingle(shards: readonly Shard[]): void {
  const replicated = shards.find(({ nodes }) => nodes.length > 1)
  if (replicated === undefined) return
  throw new ClickHouseError(
    'CLUSTER_CONFLICT',
    `Nothing was changed: shard ${replicated.shard} has ${replicated.nodes.length} replicas (${replicated.nodes.join(', ')}), which only ClickHouse Keeper keeps in sync. ` +
      'Leave out --this-node, or use a cluster whose shards are one server each.',
  )
}

const ABILITIES = defineQuery({
  name: 'schema apply/abilities',
  sql: `SELECT (SELECT count() FROM system.table_engines WHERE name = 'ReplicatedMergeTree') AS replicates,
      (SELECT count() FROM system.tables WHERE database = 'system' AND name = 'zookeeper_connection') AS keeper`,
  columns: (z) => ({ replicates: z.number(), keeper: z.number() }),
})

async function seeThatAllCanBeTold(outside: ClickHouse): Promise<void> {
  const [row] = await outside.ask(ABILITIES)
  if (row!.replicates === 0 || row!.keeper === 0) throw cannotTellAll(outside)
}

function cannotTellAll({ address }: ClickHouse, cause?: unknown): ClickHouseError {
  return new ClickHouseError(
    'CLUSTER_DDL_UNAVAILABLE',
    `ClickHouse at ${address} has no ClickHouse Keeper, so ON CLUSTER and replicated tables are not available. ` +
      'Where every shard is one server, run this once on each node with --this-node.',
    { cause },
  )
}

const foundQuery = (tables: string) =>
  defineQuery({
    name: 'schema apply/in the way',
    sql: `SELECT database, name, engine, engine_full AS definition, hostName() AS node FROM ${tables}
    WHERE database IN ({database:String}, {local:String}) AND name IN {names:Array(String)}`,
    columns: (z) => ({
      database: z.string(),
      name: z.string(),
      engine: z.string(),
      definition: z.string(),
      node: z.string(),
    }),
  })
type Found = RowOf<ReturnType<typeof foundQuery>>

/** Refuses if other tables exist under these names; nothing is changed then. */
async function seeThatNothingIsInTheWay(outside: ClickHouse, layout: ClusterLayout): Promise<void> {
  const { cluster, database, thisNode } = layout
  const local = localDatabase(database)
  const from = thisNode ? 'system.tables' : `clusterAllReplicas(${literal(cluster)}, system.tables)`
  const names = distributedTables(layout).map(({ name }) => name)
  const found = await outside.ask(foundQuery(from), { database, local, names })
  for (const table of found) {
    const problem = table.database === database ? inFront(table, cluster, local) : behind(table, thisNode)
    if (problem !== null) {
      throw new ClickHouseError(
        'CLUSTER_CONFLICT',
        `Nothing was changed: ${table.database}.${table.name} on ${table.node} ${problem}`,
      )
    }
  }
}

function inFront({ engine, definition }: Found, cluster: string, local: string): string | null {
  if (engine !== 'Distributed') {
    return `is a table of its own (${engine}), not one over a cluster. Choose another database; what is in this one can be copied with INSERT … SELECT.`
  }
  const isOurs = definition.startsWith(`Distributed(${literal(cluster)}, ${literal(local)}, `)
  return isOurs ? null : `is over another cluster or database: ${definition.slice(0, 100)}. Choose another database.`
}

function behind({ engine }: Found, thisNode: boolean): string | null {
  const isReplicated = engine.startsWith('Replicated')
  if (isReplicated === !thisNode) return null
  return isReplicated
    ? 'is replicated, so the schema is applied to the whole cluster: leave out --this-node.'
    : 'was made with --this-node, so the schema is applied on each node: add --this-node.'
}
