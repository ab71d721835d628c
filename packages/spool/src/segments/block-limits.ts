import type { Block } from '../native/block.ts'
import type { ColumnDefinition } from '../tables/column-definition.ts'

/** A block of this size is written at once, not only at the end of the turn. */
export const BLOCK_BYTES: number = 192 * 1024
const BLOCK_ROWS = 8192
/** Partitions (days) that a block may touch; ClickHouse refuses an insert into more than 100. */
const BLOCK_DAYS = 24
/** A block's bytes are summed up from its columns, so that is not done after each row. */
const SIZE_EVERY_ROWS = 16

/** Whether a block is to be written before more rows are added. */
export function isBlockFull<C extends readonly ColumnDefinition[]>(block: Block<C>): boolean {
  return (
    block.rows >= BLOCK_ROWS ||
    block.days.size >= BLOCK_DAYS ||
    (block.rows % SIZE_EVERY_ROWS === 0 && block.size >= BLOCK_BYTES)
  )
}
