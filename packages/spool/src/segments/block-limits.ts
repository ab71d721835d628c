import type { Block } from '../native/block.ts'
import type { ColumnDefinition } from '../tables/column-definition.ts'

/** Size from which a block is written immediately, not only at the end of the turn. */
export const BLOCK_BYTES: number = 192 * 1024
const BLOCK_ROWS = 8192
/** Maximum partitions (days) of a block; ClickHouse refuses an insert into more than 100. */
const BLOCK_DAYS = 24
/** Rows between two calculations of a block's size, which sums up its columns. */
const SIZE_EVERY_ROWS = 16

/** Returns whether a block must be written before more rows are added. */
export function isBlockFull<C extends readonly ColumnDefinition[]>(block: Block<C>): boolean {
  return (
    block.rows >= BLOCK_ROWS ||
    block.days.size >= BLOCK_DAYS ||
    (block.rows % SIZE_EVERY_ROWS === 0 && block.size >= BLOCK_BYTES)
  )
}
