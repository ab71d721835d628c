import type { ClickHouseSettings } from '@clickhouse/client'
import type * as zod from 'zod/mini'

import { ClickHouseError } from './errors.ts'

/**
 * The library that checks columns. It is passed to functions that describe columns, because loading it takes as long as all
 * of Runspan.
 */
export type Zod = typeof zod

/** Type of each column of a row. */
export type Columns = Readonly<Record<string, zod.ZodMiniType>>

/** A query of ClickHouse. */
export interface Query<C extends Columns> {
  /** Name of the question, or `question/part` if it has several queries: `log_comment` in `system.query_log`. */
  readonly name: string
  readonly sql: string
  readonly columns: (z: Zod) => C
  readonly settings?: ClickHouseSettings
}

/** A statement of ClickHouse. */
export interface Statement {
  /** Name of its purpose, as for a query. */
  readonly name: string
  readonly sql: string
  readonly settings?: ClickHouseSettings
}

/** A row as it arrives. */
export type RowWith<C extends Columns> = { readonly [Column in keyof C]: zod.output<C[Column]> }

/** A row of a query. */
export type RowOf<Q> = Q extends Query<infer C> ? RowWith<C> : never

/** Columns of rows that have their own type. */
export type ColumnsOf<Row> = { readonly [Column in keyof Row]-?: zod.ZodMiniType<Row[Column]> }

/** Returns the query unchanged: its columns become the type of its rows. */
export function defineQuery<C extends Columns>(query: Query<C>): Query<C> {
  return query
}

/**
 * Set by tests. Checking rows takes twice as long as reading them (100,000 of 15 columns: 0.5 s), and the types of our own
 * SQL are the same on every machine.
 */
const IS_CHECKED = process.env['RUNSPAN_CHECK_ROWS'] === '1'

/** Throws `ClickHouseError` if rows do not match the columns of their query; only in tests, which check every row. */
export async function checkRows<C extends Columns>(
  { name, columns }: Query<C>,
  rows: readonly unknown[],
): Promise<void> {
  if (!IS_CHECKED) return
  const z = await import('zod/mini')
  const { error } = z.array(z.strictObject(columns(z))).safeParse(rows)
  if (error === undefined) return
  const issues = JSON.stringify(error.issues.slice(0, 5))
  throw new ClickHouseError('QUERY_FAILED', `The rows of "${name}" are not as described: ${issues}`)
}
