import type { ClickHouseSettings } from '@clickhouse/client'

import type { ClickHouse } from './client/client.ts'
import { ClickHouseError } from './client/errors.ts'
import { type ColumnsOf, defineQuery, type Query } from './client/query.ts'
import { isKeptByCluster } from './cluster/cluster-of.ts'
import {
  appliedRows,
  type AppliedRow,
  hashOf,
  refuseIfNewer,
  type SchemaState,
  schemaState,
  schemaVersion,
  versionRow,
} from './schema-state.ts'
import { existingTables, latestViews, type SchemaFile, schemaFiles, viewOf } from './schema.ts'
import { refuseUnsupported } from './unsupported-tables.ts'

/** Table of the applied files. */
export const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS runspan_schema (file String, hash String, applied DateTime) ENGINE = ReplacingMergeTree(applied) ORDER BY file`

export const APPLIED: Query<ColumnsOf<AppliedRow>> = defineQuery({
  name: 'schema apply/applied',
  sql: 'SELECT file, hash FROM runspan_schema FINAL',
  columns: (z) => ({ file: z.string(), hash: z.string() }),
})

/**
 * Creates missing tables and updates views; running it again changes nothing. Tables that other programs created are not
 * changed. Returns the applied files. `given` replaces the schema of this version.
 * Throws `ClickHouseError`, `NOT_ON_CLUSTER` if a cluster's schema is to be applied instead, `UNSUPPORTED_TABLES` if a
 * collector's tables cannot be read, and `SCHEMA_NEWER` if a newer Runspan has changed it: then nothing is changed.
 */
export async function applySchema(clickhouse: ClickHouse, given?: readonly SchemaFile[]): Promise<string[]> {
  if (await isKeptByCluster(clickhouse)) {
    throw new ClickHouseError(
      'NOT_ON_CLUSTER',
      `The tables of ${clickhouse.database} are a cluster's: run \`runspan schema apply --cluster NAME\`, which changes all its nodes.`,
    )
  }
  await refuseUnsupported(clickhouse)
  const state = await stateOf(clickhouse)
  const all = given ?? schemaFiles(await existingTables(clickhouse))
  refuseIfNewer(state, all)
  // before anything is changed, so that an older Runspan does not work on a half-changed schema
  if (state.version < schemaVersion(all)) await note(clickhouse, [versionRow(all)])
  const files = changedFiles(all, state.hashes)
  await applyFiles({
    files,
    isNew: state.hashes.size === 0,
    tell: (statement, file) => clickhouse.tell({ name: `schema apply ${file.slice(0, 3)}`, sql: statement }),
    alterView: (view) => `ALTER TABLE ${view}`,
    applied: (file) => note(clickhouse, appliedRows(file)),
  })
  return files.map(({ name }) => name)
}

/** A file with the hash by which it is recognised once applied. */
export interface ChangedFile extends SchemaFile {
  readonly hash: string
}

/** Returns the files that have not been applied in their current form. */
export function changedFiles(files: readonly SchemaFile[], applied: ReadonlyMap<string, string>): ChangedFile[] {
  return files
    .map((file) => ({ ...file, hash: hashOf(file.statements) }))
    .filter(({ name, hash }) => applied.get(name) !== hash)
}

/**
 * Runs statements: first tables and their columns, then all views, because a view may need a column that a later file adds. A
 * view that several files define is created once, from the last of them. If this is interrupted, that file is still to be
 * applied.
 */
export async function applyFiles(work: {
  readonly files: readonly ChangedFile[]
  /** True if nothing was applied before: then no view has an older query. */
  readonly isNew: boolean
  readonly tell: (statement: string, file: string) => Promise<void>
  /** Returns the start of the statement that changes a view. */
  readonly alterView: (view: string) => string
  readonly applied?: (file: ChangedFile) => Promise<void>
}): Promise<void> {
  const { files, isNew, tell, alterView } = work
  for (const { name, statements } of files) {
    for (const statement of statements.filter((text) => viewOf(text) === null)) await tell(statement, name)
  }
  const latest = [...latestViews(files).values()]
  for (const file of files) {
    for (const { statement, view } of latest.filter((definition) => definition.file === file)) {
      await tell(statement, file.name)
      // an existing view keeps its old query under CREATE … IF NOT EXISTS
      if (!isNew) await tell(`${alterView(view.name)} MODIFY QUERY ${view.query}`, file.name)
    }
    await work.applied?.(file)
  }
}

/** Writes rows of `runspan_schema`. Throws `ClickHouseError`. */
export async function note(
  clickhouse: ClickHouse,
  rows: readonly AppliedRow[],
  settings: ClickHouseSettings = {},
): Promise<void> {
  const sql = `INSERT INTO runspan_schema (file, hash, applied)
    SELECT row.1, row.2, now() FROM (SELECT arrayJoin(arrayZip({files:Array(String)}, {hashes:Array(String)})) AS row)`
  await clickhouse.tell(
    { name: 'schema apply/note', sql, settings },
    { files: rows.map(({ file }) => file), hashes: rows.map(({ hash }) => hash) },
  )
}

async function stateOf(clickhouse: ClickHouse): Promise<SchemaState> {
  const read = async (): Promise<SchemaState> => schemaState(await clickhouse.ask(APPLIED))
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ClickHouseError) || error.code !== 'SCHEMA_MISSING') throw error
  }
  await clickhouse.createDatabase()
  await clickhouse.tell({ name: 'schema apply/bookkeeping', sql: BOOKKEEPING })
  return read()
}
