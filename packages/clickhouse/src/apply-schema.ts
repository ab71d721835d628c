import { createHash } from 'node:crypto'

import type { ClickHouseSettings } from '@clickhouse/client'

import type { ClickHouse } from './client/client.ts'
import { ClickHouseError } from './client/errors.ts'
import { isKeptByCluster } from './cluster/cluster-of.ts'
import { existingTables, type SchemaFile, schemaFiles, viewOf } from './schema.ts'

/** What has been applied. */
export const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS runspan_schema (file String, hash String, applied DateTime) ENGINE = ReplacingMergeTree(applied) ORDER BY file`

/**
 * Creates what is missing and brings views up to date; running it again changes nothing. Tables that somebody else
 * made are left as they are. Returns the files that were applied. `given` replaces the schema of this version. Throws `ClickHouseError`,
 * `NOT_ON_CLUSTER` where a cluster's schema is to be applied instead.
 */
export async function applySchema(clickhouse: ClickHouse, given?: readonly SchemaFile[]): Promise<string[]> {
  if (await isKeptByCluster(clickhouse)) {
    throw new ClickHouseError(
      'NOT_ON_CLUSTER',
      `The tables of ${clickhouse.database} are a cluster's: run \`runspan schema apply --cluster NAME\`, which tells all its nodes.`,
    )
  }
  const known = await appliedHashes(clickhouse)
  const files = changedFiles(given ?? schemaFiles(await existingTables(clickhouse)), known)
  await applyFiles({
    files,
    known,
    tell: (statement) => clickhouse.command(statement),
    alterView: (view) => `ALTER TABLE ${view}`,
    applied: (file) => markApplied(clickhouse, file),
  })
  return files.map(({ name }) => name)
}

/** A file, and what it is known by once it has been applied. */
export interface ChangedFile extends SchemaFile {
  readonly hash: string
}

/** Files that have not been applied as they are. */
export function changedFiles(files: readonly SchemaFile[], applied: ReadonlyMap<string, string>): ChangedFile[] {
  return files
    .map((file) => ({ ...file, hash: hashOf(file.statements) }))
    .filter(({ name, hash }) => applied.get(name) !== hash)
}

/** Runs statements: tables and their columns first, views after all of them, as a view may need a column that a later file adds. */
export async function applyFiles(work: {
  readonly files: readonly ChangedFile[]
  /** Files of which an older state may have been applied. */
  readonly known: { has(name: string): boolean }
  readonly tell: (statement: string) => Promise<void>
  /** Begins the statement that changes a view. */
  readonly alterView: (view: string) => string
  readonly applied?: (file: ChangedFile) => Promise<void>
}): Promise<void> {
  const { files, known, tell, alterView } = work
  for (const { statements } of files) {
    for (const statement of statements.filter((text) => viewOf(text) === null)) await tell(statement)
  }
  for (const file of files) {
    for (const statement of file.statements) {
      const view = viewOf(statement)
      if (view === null) continue
      await tell(statement)
      // one that exists keeps its old query under CREATE … IF NOT EXISTS
      if (known.has(file.name)) await tell(`${alterView(view.name)} MODIFY QUERY ${view.query}`)
    }
    await work.applied?.(file)
  }
}

/** Notes that a file has been applied. Throws `ClickHouseError`. */
export async function markApplied(
  clickhouse: ClickHouse,
  { name, hash }: ChangedFile,
  settings: ClickHouseSettings = {},
): Promise<void> {
  const values = { file: name, hash }
  await clickhouse.command('INSERT INTO runspan_schema VALUES ({file:String}, {hash:String}, now())', values, settings)
}

async function appliedHashes(clickhouse: ClickHouse): Promise<Map<string, string>> {
  const read = (): Promise<{ file: string; hash: string }[]> =>
    clickhouse.query('SELECT file, hash FROM runspan_schema FINAL')
  try {
    return new Map((await read()).map(({ file, hash }) => [file, hash]))
  } catch (error) {
    if (!(error instanceof ClickHouseError) || error.code !== 'SCHEMA_MISSING') throw error
  }
  await clickhouse.createDatabase()
  await clickhouse.command(BOOKKEEPING)
  return new Map((await read()).map(({ file, hash }) => [file, hash]))
}

function hashOf(statements: readonly string[]): string {
  return createHash('sha256').update(statements.join(';\n')).digest('hex').slice(0, 16)
}
