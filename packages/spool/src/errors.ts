import { visibleLines } from '@runspan/model'

import { textOf } from './log.ts'

/** What the sender does after an insert failed. */
export type InsertOutcome =
  /** Retries the same insert later: the target is unreachable, slow, full, read-only, or not ready. */
  | 'retry'
  /** Sends the rows in smaller inserts. */
  | 'shrink'
  /** Finds the rows that the target will never accept, and sets them aside. */
  | 'refused'

export interface SpoolErrorOptions {
  readonly cause?: unknown
  /** The target's own number for the failure; null if it did not answer. Default null. */
  readonly serverCode?: number | null
  /** Default `retry`. */
  readonly outcome?: InsertOutcome
  /** Whether the target may soon accept the same insert, so that it is retried before it is split. */
  readonly isPassing?: boolean
  /** Whether a materialized view failed and not the table, which has stored the rows. */
  readonly isOfView?: boolean
}

/**
 * An error of the spool, or of the target that it sends to. `code` is stable: `SPOOL_FAILED` if the directory cannot be read or written,
 * otherwise the target's, such as `UNREACHABLE`. `cause` is the original.
 */
export class SpoolError extends Error {
  override readonly name: string = 'SpoolError'
  readonly code: string
  readonly serverCode: number | null
  readonly outcome: InsertOutcome
  readonly isPassing: boolean
  readonly isOfView: boolean

  constructor(code: string, message: string, options: SpoolErrorOptions = {}) {
    super(visibleLines(message), { cause: options.cause })
    this.code = code
    this.serverCode = options.serverCode ?? null
    this.outcome = options.outcome ?? 'retry'
    this.isPassing = options.isPassing ?? false
    this.isOfView = options.isOfView ?? false
  }
}

/**
 * Returns any error of a target as `SpoolError`, with its `code` and `serverCode` if it has any. An unclassified error is
 * retried.
 */
export function toSpoolError(error: unknown): SpoolError {
  if (error instanceof SpoolError) return error
  if (error instanceof Error) {
    const { code, serverCode } = error as { readonly code?: unknown; readonly serverCode?: unknown }
    if (typeof code === 'string') {
      return new SpoolError(code, error.message, {
        cause: error,
        serverCode: typeof serverCode === 'number' ? serverCode : null,
      })
    }
  }
  return new SpoolError('TARGET_FAILED', `The target of the spool failed: ${textOf(error)}`, { cause: error })
}
