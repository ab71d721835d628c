import type { ClickHouse } from '../client/client.ts'
import { ClickHouseError } from '../client/errors.ts'
import { defineQuery } from '../client/query.ts'

/** A database whose tables are spread over a cluster. */
export interface Cluster {
  readonly name: string
  /** Database of the tables themselves, on each node. */
  readonly local: string
  /** Whether shards have replicas, through ClickHouse Keeper. */
  readonly replicated: boolean
}

const DISTRIBUTED = defineQuery({
  name: 'cluster/layout',
  sql: `SELECT engine_full AS definition, comment FROM system.tables WHERE database = currentDatabase() AND name = 'otel_traces' AND engine = 'Distributed'`,
  columns: (z) => ({ definition: z.string(), comment: z.string() }),
})

const KEPT = defineQuery({
  name: 'cluster/kept',
  sql: `SELECT toUInt32(count()) AS tables FROM system.tables WHERE database = currentDatabase()
        AND ((name = 'otel_traces' AND engine = 'Distributed') OR (name = 'runspan_schema' AND startsWith(engine, 'Replicated')))`,
  columns: (z) => ({ tables: z.number() }),
})

/**
 * Returns the cluster over which the tables of this connection's database are spread; null if they are on this server. Throws
 * `ClickHouseError`.
 */
export async function clusterOf(clickhouse: ClickHouse): Promise<Cluster | null> {
  const [table] = await clickhouse.ask(DISTRIBUTED)
  if (table === undefined) return null
  const [, name = '', local = ''] =
    /^Distributed\('((?:[^'\\]|\\.)*)', '((?:[^'\\]|\\.)*)'/.exec(table.definition) ?? []
  return { name, local, replicated: table.comment.includes(' replicated ') }
}

/**
 * Returns whether the schema of this connection's database is managed for the whole cluster: it is the database over the
 * cluster, or one of the replicated tables behind it. Throws `ClickHouseError`.
 */
export async function isKeptByCluster(clickhouse: ClickHouse): Promise<boolean> {
  try {
    const [row] = await clickhouse.ask(KEPT)
    return row!.tables > 0
  } catch (error) {
    // a missing database belongs to no cluster
    if (error instanceof ClickHouseError && error.code === 'SCHEMA_MISSING') return false
    throw error
  }
}

/**
 * Throws `ClickHouseError` `NOT_ON_CLUSTER` if the tables of this connection's database are spread over a cluster; for work
 * that must be done on each shard.
 */
export async function refuseOnCluster(clickhouse: ClickHouse, what: string): Promise<void> {
  const cluster = await clusterOf(clickhouse)
  if (cluster === null) return
  throw new ClickHouseError(
    'NOT_ON_CLUSTER',
    `The tables of ${clickhouse.database} are spread over the cluster ${cluster.name}: ${what} is done shard by shard. ` +
      `Do it on one node of each shard, with --clickhouse http://…/${cluster.local}`,
  )
}
