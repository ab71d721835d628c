import type { ClickHouseSettings } from '@clickhouse/client'
import type * as zod from 'zod/mini'

import { ClickHouseError } from './errors.ts'

/** The library that says what a column holds. Given to who describes columns, as nobody else loads it: it takes as long as all of Runspan. */
export type Zod = typeof zod

/** What each column of a row holds. */
export type Columns = Readonly<Record<string, zod.ZodMiniType>>

/** Something that is asked of ClickHouse. */
export interface Query<C extends Columns> {
  /** The question, and where it asks several things `question/what`: `log_comment` in `system.query_log`. */
  readonly name: string
  readonly sql: string
  readonly columns: (z: Zod) => C
  readonly settings?: ClickHouseSettings
}

/** Something that ClickHouse is told to do. */
export interface Statement {
  /** What it is for, as of a query. */
  readonly name: string
  readonly sql: string
  readonly settings?: ClickHouseSettings
}

/** A row as it arrives. */
export type RowWith<C extends Columns> = { readonly [Column in keyof C]: zod.output<C[Column]> }

/** A row of a query. */
export type RowOf<Q> = Q extends Query<infer C> ? RowWith<C> : never

/** Columns of rows that have a type of their own. */
export type ColumnsOf<Row> = { readonly [Column in keyof Row]-?: zod.ZodMiniType<Row[Column]> }

/** Returns the query as it is: its columns become the type of its rows. */
export function defineQuery<C extends Columns>(query: Query<C>): Query<C> {
  return query
}

/** Tests set it. Rows take twice as long to check as to read (100,000 of 15 columns: 0.5 s), and the types of our own SQL do not change at somebody's place. */
const IS_CHECKED = process.env['RUNSPAN_CHECK_ROWS'] === '1'

/** Throws `ClickHouseError` where rows are not what the columns of their query say; only in tests, and there every row is looked at. */
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
