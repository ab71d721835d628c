import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { applyClusterSchema, ClickHouse, clickHouseTarget } from '@runspan/clickhouse'
import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import { Sender, Spool } from '@runspan/spool'

/** The database over the cluster. */
export const DATABASE = 'otel'
export const CLUSTER = 'house'

/** One server of a cluster, which is a shard. */
export interface Node {
  readonly dataDir: string
  readonly tcpPort: number
  /** `http://team:…@127.0.0.1:…/otel` */
  readonly url: string
  /** The database over the cluster, and the shard's own. */
  readonly clickhouse: ClickHouse
  readonly local: ClickHouse
  /** The server's process. */
  readonly pid: () => number
  start(): Promise<void>
  /** Stops the server until it is started again. */
  stop(): Promise<void>
}

/** Several embedded servers that form a cluster. */
export interface TestCluster {
  readonly nodes: readonly Node[]
  stop(): Promise<void>
}

const PASSWORD = 'a password of the test'

/** Additional databases of tests. */
const OTHERS = ['told', 'told_local', 'kept', 'kept_local']

/** Rights that `docs/cluster.md` requires for a user; engines need an additional right on this server. */
const GRANTS = [
  ...[DATABASE, `${DATABASE}_local`, ...OTHERS].flatMap((database) => [
    `CREATE DATABASE, CREATE TABLE, DROP TABLE, CREATE VIEW, DROP VIEW ON ${database}.*`,
    `SELECT, INSERT, ALTER, TRUNCATE, OPTIMIZE, CHECK, SHOW, SYSTEM VIEWS ON ${database}.*`,
  ]),
  `SYSTEM FLUSH DISTRIBUTED ON ${DATABASE}.*`,
  'REMOTE ON *.*',
  'SELECT ON system.*',
  ...['MergeTree', 'ReplacingMergeTree', 'AggregatingMergeTree', 'MaterializedView', 'Distributed'].map(
    (engine) => `TABLE ENGINE ON ${engine}`,
  ),
]

const READER = [
  `SELECT ON ${DATABASE}.*`,
  `SELECT ON ${DATABASE}_local.*`,
  'SELECT ON system.one',
  'SELECT ON system.numbers',
]

function userXml(name: string, grants: readonly string[], profile = ''): string {
  const rights = grants.map((right) => `<query>GRANT ${right}</query>`).join('')
  return `<${name}><password>${PASSWORD}</password><networks><ip>127.0.0.1</ip></networks><profile>${profile || 'default'}</profile><quota>default</quota><grants>${rights}</grants></${name}>`
}

/**
 * Starts embedded servers that form a cluster with a shard each; the servers read files next to their configuration, which
 * are written for this.
 */
export async function startTestCluster(shards: number, options: { schema?: boolean } = {}): Promise<TestCluster> {
  const ports = await freePorts(2 * shards)
  const peerPorts = ports.slice(shards)
  const remote = peerPorts
    .map(
      (port) =>
        `<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>${port}</port><user>team</user><password>${PASSWORD}</password></replica></shard>`,
    )
    .join('')
  const paired = `<shard>${[...remote.matchAll(/<replica>.*?<\/replica>/g)].join('')}</shard>`
  const nodes: Node[] = []
  for (let i = 0; i < shards; i++) {
    const dataDir = mkdtempSync(join(tmpdir(), `runspan-cluster-${i + 1}-`))
    const configuration = join(dataDir, 'clickhouse', 'config')
    mkdirSync(join(configuration, 'config.d'), { recursive: true })
    mkdirSync(join(configuration, 'users.d'), { recursive: true })
    writeFileSync(
      join(configuration, 'config.d', 'cluster.xml'),
      `<clickhouse><remote_servers><${CLUSTER}>${remote}</${CLUSTER}><paired>${paired}</paired></remote_servers></clickhouse>`,
    )
    writeFileSync(
      join(configuration, 'users.d', 'team.xml'),
      `<clickhouse><profiles><fixed><readonly>1</readonly></fixed></profiles><users>${userXml('team', GRANTS)}${userXml('reader', READER, 'reader')}${userXml('fixed', READER, 'fixed')}</users></clickhouse>`,
    )
    nodes.push(nodeOf(dataDir, ports[i]!, peerPorts[i]!, peerPorts))
  }
  const stop = async (): Promise<void> => {
    for (const node of nodes) {
      await Promise.all([node.clickhouse.close(), node.local.close(), node.stop()])
      rmSync(node.dataDir, { recursive: true, force: true })
    }
  }
  try {
    await Promise.all(nodes.map((node) => node.start()))
    if (options.schema !== false) {
      for (const node of nodes) await applyClusterSchema(node.clickhouse, { cluster: CLUSTER, thisNode: true })
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, stop }
}

function nodeOf(dataDir: string, httpPort: number, tcpPort: number, peerPorts: readonly number[]): Node {
  const origin = `http://127.0.0.1:${httpPort}`
  const login = { url: origin, user: 'team', password: PASSWORD }
  let server: EmbeddedServer | null = null
  return {
    dataDir,
    tcpPort,
    url: `http://team:${encodeURIComponent(PASSWORD)}@127.0.0.1:${httpPort}/${DATABASE}`,
    clickhouse: new ClickHouse({ ...login, database: DATABASE }),
    local: new ClickHouse({ ...login, database: `${DATABASE}_local` }),
    pid: () => server!.pid,
    async start() {
      server ??= await startEmbedded({ dataDir, httpPort, tcpPort, peerPorts, memoryBytes: 1_500_000_000 })
    },
    async stop() {
      await server?.stop()
      server = null
    },
  }
}

/** Returns the same as a user that may only read; `fixed` may not even change a setting. */
export function readerOf(node: Node, user: 'reader' | 'fixed' = 'reader'): ClickHouse {
  return new ClickHouse({ url: node.url, user, password: PASSWORD })
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** A spool for a cluster, whose segments are inserted through one node after another. */
export interface ClusterSpool {
  readonly spool: Spool
  /** Sends the spool's content; throws if anything stays behind. */
  deliver(): Promise<void>
  stop(): void
}

export function spoolBeside(nodes: readonly Node[]): ClusterSpool {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-cluster-spool-'))
  const spool = new Spool({ directory })
  let turn = 0
  return {
    spool,
    async deliver() {
      spool.rotate()
      const { clickhouse } = nodes[turn++ % nodes.length]!
      const sender = new Sender({ directory, target: clickHouseTarget(clickhouse) })
      const { error, done } = await sender.send()
      await sender.stop()
      if (error !== null) throw error
      if (!done) throw new Error('another sender holds the spool')
    },
    stop() {
      spool.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
