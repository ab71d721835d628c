import type { ColumnDefinition, ColumnType } from '../tables/column-definition.ts'
import { ByteWriter } from './byte-writer.ts'
import { type ColumnClasses, MAKE } from './column-classes.ts'
import type { Column } from './column.ts'

/** The columns of a table by name, each with the class of its type. */
export type ColumnsOf<C extends readonly ColumnDefinition[]> = {
  readonly [D in C[number] as D['name']]: ColumnClasses[SentType<D>]
}

type SentType<D extends ColumnDefinition> = D extends { readonly sent: infer S extends ColumnType }
  ? S
  : D['type'] & ColumnType

const SECONDS_A_DAY = 86_400

/** Rows of one table in ClickHouse's Native format: the caller fills the columns, `finish` writes them as one block. */
export class Block<C extends readonly ColumnDefinition[]> {
  readonly columns: ColumnsOf<C>
  /** Rows since the last `finish`. */
  rows = 0
  /** Days (since 1970) of the rows: the partitions an insert will touch. */
  readonly days: Set<number> = new Set()
  private lastDay = -1
  private readonly all: readonly { readonly head: Buffer; readonly column: Column }[]

  constructor(definitions: C) {
    const byName: Record<string, Column> = {}
    this.all = definitions.map((definition) => {
      const type = definition.sent ?? (definition.type as ColumnType)
      const column = MAKE[type]()
      byName[definition.name] = column
      const head = new ByteWriter(64)
      head.string(definition.name)
      head.string(type)
      return { head: Buffer.from(head.view()), column }
    })
    this.columns = byName as ColumnsOf<C>
  }

  /** Counts a finished row whose time falls on the day of `seconds` (since 1970). */
  endRow(seconds: number): void {
    this.rows++
    const day = Math.floor(seconds / SECONDS_A_DAY)
    if (day !== this.lastDay) {
      this.lastDay = day
      this.days.add(day)
    }
  }

  /** Approximate bytes held by the columns. */
  get size(): number {
    let size = 0
    for (const { column } of this.all) size += column.size
    return size
  }

  /** Appends the block to `out` and starts an empty one. */
  finish(out: ByteWriter): void {
    out.varint(this.all.length)
    out.varint(this.rows)
    for (const { head, column } of this.all) {
      out.reserve(head.length)
      head.copy(out.bytes, out.length)
      out.length += head.length
      column.writeState(out)
      column.writeData(out)
    }
    this.clear()
  }

  /** Drops all rows. */
  clear(): void {
    for (const { column } of this.all) column.reset()
    this.rows = 0
    this.days.clear()
    this.lastDay = -1
  }

  /** Drops all but the first `rows` rows; their days stay. */
  truncate(rows: number): void {
    this.rows = Math.min(this.rows, rows)
    this.dropHalfRow()
  }

  /** Drops the unfinished row: only some columns have its value. */
  dropHalfRow(): void {
    for (const { column } of this.all) column.truncate(this.rows)
  }
}
