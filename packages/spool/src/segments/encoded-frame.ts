import type { Block } from '../native/block.ts'
import type { ByteWriter } from '../native/byte-writer.ts'
import type { ColumnDefinition } from '../tables/column-definition.ts'
import type { TelemetryTable } from '../tables/index.ts'
import { headLength, writeHead } from './frame.ts'

/** A block as it is stored in a segment. */
export interface EncodedFrame {
  readonly table: TelemetryTable
  readonly bytes: Buffer
  readonly rows: number
  /** Days since 1970 of its rows. */
  readonly days: ReadonlySet<number>
}

/** Finishes a block into a frame; its bytes are those of `out`, valid until that is used again. */
export function encodeFrame<C extends readonly ColumnDefinition[]>(
  table: TelemetryTable,
  block: Block<C>,
  out: ByteWriter,
): EncodedFrame {
  const { rows } = block
  const days = new Set(block.days)
  out.length = 0
  out.reserve(headLength(days.size))
  out.length = headLength(days.size)
  block.finish(out)
  writeHead(out, days, rows)
  return { table, bytes: out.view(), rows, days }
}
