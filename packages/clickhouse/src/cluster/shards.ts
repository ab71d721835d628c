import type { ClickHouse } from '../client/client.ts'
import { ClickHouseError } from '../client/errors.ts'
import { defineQuery } from '../client/query.ts'
import { clusterOf } from './cluster-of.ts'

/** A shard of a cluster. */
export interface Shard {
  /** Number, from 1. */
  readonly shard: number
  /** `host:port` of its replicas. */
  readonly nodes: readonly string[]
}

/** Which shards of a cluster respond. */
export interface ShardsAnswering {
  readonly cluster: string
  readonly shards: readonly Shard[]
  readonly missing: readonly Shard[]
}

const SHARDS = defineQuery({
  name: 'cluster/shards',
  sql: `SELECT shard_num AS shard, groupArray(concat(if(position(host_name, ':') > 0, concat('[', host_name, ']'), host_name), ':', toString(port))) AS nodes
    FROM (SELECT * FROM system.clusters WHERE cluster = {cluster:String} ORDER BY replica_num) GROUP BY shard ORDER BY shard`,
  columns: (z) => ({ shard: z.number(), nodes: z.array(z.string()) }),
})

/** Returns the shards of a cluster in this server's configuration; none if it is unknown. Throws `ClickHouseError`. */
export async function shardsOf(clickhouse: ClickHouse, cluster: string): Promise<Shard[]> {
  return clickhouse.ask(SHARDS, { cluster })
}

/** Every shard has rows in its table of applied files. */
const ANSWERING = defineQuery({
  name: 'cluster/answering',
  sql: 'SELECT DISTINCT shardNum() AS shard FROM runspan_schema',
  columns: (z) => ({ shard: z.number() }),
  settings: { skip_unavailable_shards: 1 },
})

/**
 * Pings every shard; returns null if the tables of this connection's database are on this server alone. Throws
 * `ClickHouseError`.
 */
export async function shardsAnswering(clickhouse: ClickHouse): Promise<ShardsAnswering | null> {
  const cluster = await clusterOf(clickhouse)
  if (cluster === null) return null
  const shards = await shardsOf(clickhouse, cluster.name)
  const rows = await clickhouse.ask(ANSWERING)
  const answered = new Set(rows.map(({ shard }) => shard))
  return { cluster: cluster.name, shards, missing: shards.filter(({ shard }) => !answered.has(shard)) }
}

const CLUSTERS = defineQuery({
  name: 'cluster/names',
  sql: 'SELECT DISTINCT cluster AS name FROM system.clusters ORDER BY name LIMIT 50',
  columns: (z) => ({ name: z.string() }),
})

/** Returns the shards. Throws `ClickHouseError` `CLUSTER_UNKNOWN`, which names the clusters that this server knows. */
export async function knownShards(clickhouse: ClickHouse, cluster: string): Promise<Shard[]> {
  const shards = await shardsOf(clickhouse, cluster)
  if (shards.length > 0) return shards
  const known = await clickhouse.ask(CLUSTERS)
  const names = known.map(({ name }) => name).join(', ')
  throw new ClickHouseError(
    'CLUSTER_UNKNOWN',
    `ClickHouse at ${clickhouse.address} knows no cluster ${JSON.stringify(cluster)}. ` +
      (names === ''
        ? 'It knows none: they are configured under remote_servers.'
        : `It knows: ${names}. More are configured under remote_servers.`),
  )
}

/** `Partial: shard 2 of 3 (host:port) did not answer.` */
export function partialInWords({ shards, missing }: ShardsAnswering): string {
  const names = missing.map(({ shard, nodes }) => `${shard} (${nodes.join(', ')})`)
  return missing.length === 1
    ? `Partial: shard ${missing[0]!.shard} of ${shards.length} (${missing[0]!.nodes.join(', ')}) did not answer.`
    : `Partial: ${missing.length} of ${shards.length} shards did not answer: ${names.join(', ')}.`
}
