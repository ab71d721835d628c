import type { TelemetryTable } from '../tables/index.ts'

export interface InsertOptions {
  /** Stores the rows even if a materialized view fails; that view then lacks them. */
  readonly skipFailingViews?: boolean
}

/**
 * Destination of segments. A failing method throws `SpoolError`, which says what the sender does next; any other error is
 * retried.
 */
export interface SegmentTarget {
  /** Called before the first insert, and again after a failure with the code `SCHEMA_MISSING`. */
  prepare(): Promise<void>
  /** Stores blocks in ClickHouse's Native format. A repeated `token` stores nothing twice. */
  insertNative(
    table: TelemetryTable,
    blocks: readonly Uint8Array[],
    token: string,
    options?: InsertOptions,
  ): Promise<void>
}
