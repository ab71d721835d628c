import type { ColumnDefinition, ColumnType } from '../tables/column-definition.ts'
import { ByteWriter } from './byte-writer.ts'
import {
  ArrayColumn,
  type Column,
  DateTime64Column,
  Float64Column,
  Int32Column,
  LowCardinalityColumn,
  StringColumn,
  UInt64Column,
  UInt8Column,
} from './column.ts'
import { MapColumn } from './map-column.ts'

/** Which column class encodes a type. */
export interface ColumnClasses {
  String: StringColumn
  'LowCardinality(String)': LowCardinalityColumn
  'Map(LowCardinality(String), String)': MapColumn
  'DateTime64(9)': DateTime64Column
  UInt8: UInt8Column
  Bool: UInt8Column
  UInt32: Int32Column
  Int32: Int32Column
  UInt64: UInt64Column
  Float64: Float64Column
  'Array(String)': ArrayColumn<StringColumn>
  'Array(LowCardinality(String))': ArrayColumn<LowCardinalityColumn>
  'Array(Map(LowCardinality(String), String))': ArrayColumn<MapColumn>
  'Array(DateTime64(9))': ArrayColumn<DateTime64Column>
  'Array(UInt64)': ArrayColumn<UInt64Column>
  'Array(Float64)': ArrayColumn<Float64Column>
}

const MAKE: { readonly [T in keyof ColumnClasses]: () => ColumnClasses[T] } = {
  String: () => new StringColumn(),
  'LowCardinality(String)': () => new LowCardinalityColumn(),
  'Map(LowCardinality(String), String)': () => new MapColumn(),
  'DateTime64(9)': () => new DateTime64Column(),
  UInt8: () => new UInt8Column(),
  Bool: () => new UInt8Column(),
  UInt32: () => new Int32Column(),
  Int32: () => new Int32Column(),
  UInt64: () => new UInt64Column(),
  Float64: () => new Float64Column(),
  'Array(String)': () => new ArrayColumn(new StringColumn()),
  'Array(LowCardinality(String))': () => new ArrayColumn(new LowCardinalityColumn()),
  'Array(Map(LowCardinality(String), String))': () => new ArrayColumn(new MapColumn()),
  'Array(DateTime64(9))': () => new ArrayColumn(new DateTime64Column()),
  'Array(UInt64)': () => new ArrayColumn(new UInt64Column()),
  'Array(Float64)': () => new ArrayColumn(new Float64Column()),
}

/** The columns of a table by name, each with the class of its type. */
export type ColumnsOf<C extends readonly ColumnDefinition[]> = {
  readonly [D in C[number] as D['name']]: ColumnClasses[SentType<D>]
}

type SentType<D extends ColumnDefinition> = D extends { readonly sent: infer S extends ColumnType }
  ? S
  : D['type'] & ColumnType

const SECONDS_A_DAY = 86_400

/** Rows of one table in ClickHouse's Native format: a table's columns are filled, `finish` writes them as one block. */
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

  /** Bytes held by the columns, roughly. */
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

  /** Forgets all rows. */
  clear(): void {
    for (const { column } of this.all) column.reset()
    this.rows = 0
    this.days.clear()
    this.lastDay = -1
  }

  /** Forgets all but the first `rows` rows; their days stay. */
  truncate(rows: number): void {
    this.rows = Math.min(this.rows, rows)
    this.dropHalfRow()
  }

  /** Forgets the row that was begun and not ended: some columns have it already, some not. */
  dropHalfRow(): void {
    for (const { column } of this.all) column.truncate(this.rows)
  }
}
