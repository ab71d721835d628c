import {
  ArrayColumn,
  DateTime64Column,
  Float64Column,
  Int32Column,
  LowCardinalityColumn,
  StringColumn,
  UInt64Column,
  UInt8Column,
} from './column.ts'
import { MapColumn } from './map-column.ts'

/** Column class of each type. */
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

/** Creates an empty column of a type. */
export const MAKE: { readonly [T in keyof ColumnClasses]: () => ColumnClasses[T] } = {
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
