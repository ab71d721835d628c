import { createHash } from 'node:crypto'

import { BOOKKEEPING } from '../apply-schema.ts'
import { type SchemaFile, schemaFiles } from '../schema.ts'
import { checkedName, identifier, literal } from './quote.ts'
import { shardingKey } from './sharding-keys.ts'

/** Where the tables are created. */
export interface ClusterLayout {
  /** Name in the servers' configuration. */
  readonly cluster: string
  /** The database that people and programs use; the tables themselves are in its local one. */
  readonly database: string
  /**
   * True: a shard is one server, and each is changed by its own call. False: tables are replicated, and ClickHouse Keeper
   * changes every node.
   */
  readonly thisNode: boolean
}

/** Seconds in which a retried insert must be recognised: as long as a spool retries. */
const SECONDS_OF_RETRIES = 7 * 24 * 3600

/** Returns the database of the tables themselves, on every node. */
export function localDatabase(database: string): string {
  return `${database}_local`
}

/**
 * Returns the schema's files with their tables in the local database; with `thisNode` unchanged, to be applied there. Throws
 * `INVALID_NAME`.
 */
export function localFiles({ cluster, database, thisNode }: ClusterLayout): SchemaFile[] {
  const files = schemaFiles()
  if (thisNode) return files
  const place = placed(checkedName('cluster', cluster), checkedName('database', database), tablesIn(files))
  return files.map(({ name, statements }) => ({ name, statements: statements.map(place) }))
}

/** Returns the first statements: they create both databases and the table of applied files. Throws `INVALID_NAME`. */
export function databaseStatements(layout: ClusterLayout): string[] {
  const { cluster, database } = layout
  const everywhere = onCluster(layout)
  const databases = [localDatabase(checkedName('database', database)), database]
  return [
    ...databases.map((name) => `CREATE DATABASE IF NOT EXISTS ${identifier(name)}${everywhere}`),
    ...(layout.thisNode ? [] : [placed(cluster, database, ['runspan_schema'])(BOOKKEEPING)]),
  ]
}

/** A table that spreads the rows of its local tables over the cluster. */
export interface DistributedTable {
  readonly name: string
  readonly create: string
  /** Statement that replaces a table with another sharding. */
  readonly replace: string
  /** Statements for columns that were added later. */
  readonly alter: readonly string[]
  /** Comment on the table, which changes with its sharding. */
  readonly comment: string
}

/** Returns one entry a table. Throws `INVALID_NAME`. */
export function distributedTables(layout: ClusterLayout): DistributedTable[] {
  const cluster = checkedName('cluster', layout.cluster)
  const database = checkedName('database', layout.database)
  const local = localDatabase(database)
  const files = schemaFiles()
  const everywhere = onCluster(layout)
  const added = files
    .flatMap(({ statements }) => statements)
    .map((text) => /^(?:--.*\n)*ALTER TABLE (\w+) (ADD COLUMN [\s\S]+)$/.exec(text))
    .filter((match) => match !== null)
  return ['runspan_schema', ...tablesIn(files)].map((name) => {
    const key = shardingKey(name)
    const target = `${identifier(database)}.${name}`
    const parts = [literal(cluster), literal(local), literal(name), ...(key === null ? [] : [key])]
    const comment = `runspan ${layout.thisNode ? 'single' : 'replicated'} ${hashOf(key ?? '')}`
    const definition = `${target}${everywhere} AS ${identifier(local)}.${name} ENGINE = Distributed(${parts.join(', ')}) COMMENT ${literal(comment)}`
    return {
      name,
      create: `CREATE TABLE IF NOT EXISTS ${definition}`,
      replace: `CREATE OR REPLACE TABLE ${definition}`,
      alter: added
        .filter(([, table]) => table === name)
        .map(([, , column]) => `ALTER TABLE ${target}${everywhere} ${column}`),
      comment,
    }
  })
}

/** Returns all statements of a cluster, to show them. Throws `INVALID_NAME`. */
export function clusterFiles(layout: ClusterLayout): SchemaFile[] {
  const files = localFiles(layout)
  const tables = distributedTables(layout)
  return [
    { name: '000_create_databases', statements: databaseStatements(layout) },
    ...(layout.thisNode ? inDatabase(files, localDatabase(layout.database)) : files),
    { name: DISTRIBUTED, statements: tables.flatMap(({ create, alter }) => [create, ...alter]) },
  ]
}

/** Name of the tables over the cluster among the applied files. */
export const DISTRIBUTED = '900_distribute_tables'

/** Returns the clause for all nodes of the cluster. */
export function onCluster({ cluster, thisNode }: ClusterLayout): string {
  return thisNode ? '' : ` ON CLUSTER ${identifier(checkedName('cluster', cluster))}`
}

function inDatabase(files: readonly SchemaFile[], database: string): SchemaFile[] {
  const use = `USE ${identifier(database)}`
  return files.map(({ name, statements }, i) => ({
    name,
    statements: i === 0 ? [use, BOOKKEEPING, ...statements] : statements,
  }))
}

function tablesIn(files: readonly SchemaFile[]): string[] {
  return files
    .flatMap(({ statements }) => statements)
    .flatMap((statement) => /^(?:--.*\n)*CREATE TABLE IF NOT EXISTS (\w+)/.exec(statement)?.[1] ?? [])
}

/** Returns a function that rewrites a statement for the local database on all nodes: full names, replicated tables. */
function placed(cluster: string, database: string, tables: readonly string[]): (statement: string) => string {
  const local = identifier(localDatabase(database))
  const made = /((?:CREATE (?:TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE) )(\w+)/
  const used = new RegExp(`\\b(FROM|JOIN|TO) (${tables.join('|')})\\b`, 'g')
  return (statement) =>
    statement
      .replaceAll(used, `$1 ${local}.$2`)
      .replace(made, `$1${local}.$2 ON CLUSTER ${identifier(cluster)}`)
      // without arguments the server's own default path and macros apply
      .replace(/\bENGINE = (\w*MergeTree)\b/, 'ENGINE = Replicated$1')
      .replace(
        /non_replicated_deduplication_window = \d+/,
        (text) => `${text.replace('non_', '')}, replicated_deduplication_window_seconds = ${SECONDS_OF_RETRIES}`,
      )
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
