import type { ColumnClasses } from '../native/column-classes.ts'

/** Types that the encoder writes. */
export type ColumnType = keyof ColumnClasses

/** One column of a table: the only definition of its name and type. */
export interface ColumnDefinition {
  readonly name: string
  /** Type in the table. */
  readonly type: string
  /** Type in the blocks that we send, if it differs: ClickHouse converts. */
  readonly sent?: ColumnType
  readonly codec?: string
  readonly comment?: string
  /** Expression of a MATERIALIZED column: the server fills it, we never send it. */
  readonly materialized?: string
  /** DEFAULT expression, for columns of our own tables. */
  readonly fallback?: string
}

/** The column's clause in CREATE TABLE. */
export function columnClause(column: ColumnDefinition): string {
  const parts = [`\`${column.name}\` ${column.type}`]
  if (column.materialized !== undefined) parts.push(`MATERIALIZED ${column.materialized}`)
  if (column.fallback !== undefined) parts.push(`DEFAULT ${column.fallback}`)
  if (column.comment !== undefined) parts.push(`COMMENT '${column.comment}'`)
  if (column.codec !== undefined) parts.push(`CODEC(${column.codec})`)
  return parts.join(' ')
}
