import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'

import { ClickHouseError } from './client/errors.ts'
import type { SchemaFile } from './schema.ts'

/** A row of `runspan_schema`: an applied file, or one of the notes below. */
export interface AppliedRow {
  readonly file: string
  readonly hash: string
}

/** State of the schema that was applied to a database. */
export interface SchemaState {
  /** Hash of each file as it was last applied. */
  readonly hashes: ReadonlyMap<string, string>
  /** `file@hash` of everything that was ever applied. */
  readonly history: ReadonlySet<string>
  /** Highest number among the files; 0 if unknown. */
  readonly version: number
  /** Version of Runspan that applied it, such as `0.1.0`; empty if unknown. */
  readonly runspan: string
}

/** Row with the version of the schema; older versions of Runspan ignore it. */
const VERSION_ROW = '(version)'

/** Returns the state from the rows of `runspan_schema`. */
export function schemaState(rows: readonly AppliedRow[]): SchemaState {
  const [, version, runspan] = /^(\d{1,9}) (\S+)$/.exec(rows.find(({ file }) => file === VERSION_ROW)?.hash ?? '') ?? []
  const files = rows.filter(({ file }) => file !== VERSION_ROW)
  return {
    hashes: new Map(files.filter(({ file }) => !file.includes('@')).map(({ file, hash }) => [file, hash])),
    history: new Set(files.filter(({ file }) => file.includes('@')).map(({ file }) => file)),
    version: Number(version ?? 0),
    runspan: runspan ?? '',
  }
}

/** Returns the version of a schema: the highest number among its files. */
export function schemaVersion(files: readonly SchemaFile[]): number {
  return Math.max(0, ...files.map(({ name }) => Number.parseInt(name, 10) || 0))
}

/** Returns the row that sets the schema's version to that of these files. */
export function versionRow(files: readonly SchemaFile[]): AppliedRow {
  return { file: VERSION_ROW, hash: `${schemaVersion(files)} ${runspanVersion()}` }
}

/** Returns the rows that record a file as applied: its current hash, and its history. */
export function appliedRows({ name, hash }: { readonly name: string; readonly hash: string }): AppliedRow[] {
  return [
    { file: name, hash },
    { file: `${name}@${hash}`, hash },
  ]
}

/**
 * Refuses to undo what a newer Runspan has applied: a higher version of the schema, or another text of a file whose local
 * text was applied before.
 * Throws `SCHEMA_NEWER`.
 */
export function refuseIfNewer(state: SchemaState, files: readonly SchemaFile[]): void {
  const isReplaced = (file: SchemaFile): boolean => {
    const hash = hashOf(file.statements)
    return state.hashes.get(file.name) !== hash && state.history.has(`${file.name}@${hash}`)
  }
  const ours = schemaVersion(files)
  if (ours > state.version || (ours === state.version && !files.some(isReplaced))) return
  const version = state.runspan === '' || state.runspan === runspanVersion() ? '' : ` (${state.runspan})`
  throw new ClickHouseError(
    'SCHEMA_NEWER',
    `This database belongs to a newer Runspan${version}, please update: its schema has version ${state.version}, this Runspan knows ${ours}. ` +
      'Its tables and views are left as they are; reading them works.',
  )
}

/** Returns the hash by which an applied file is recognised. */
export function hashOf(statements: readonly string[]): string {
  return createHash('sha256').update(statements.join(';\n')).digest('hex').slice(0, 16)
}

function runspanVersion(): string {
  const require = createRequire(import.meta.url)
  return (require('@runspan/clickhouse/package.json') as { version: string }).version
}
