import { visibleLines } from '@runspan/model'

/** Stable codes for errors in a question, for programs to check. */
export type AnalyticsErrorCode =
  | 'INVALID_CURSOR'
  | 'INVALID_LIMIT'
  | 'INVALID_POSITION'
  | 'INVALID_INTERVAL'
  | 'INVALID_METRIC'
  | 'INVALID_RETENTION'
  | 'INVALID_RANGE'
  | 'INVALID_SPEEDUP'
  | 'INVALID_TIME_ZONE'
  | 'INVALID_WORKERS'
  | 'NODE_NOT_FOUND'
  /** Events of a cluster with replicas cannot be followed. */
  | 'REPLICAS_NOT_FOLLOWED'
  | 'RUN_NOT_FOUND'
  | 'RUN_AMBIGUOUS'
  /** A running or pending run cannot be deleted. */
  | 'RUN_NOT_ENDED'
  | 'WORKFLOW_NOT_FOUND'

/** An error of this package, with a stable `code` and the original as `cause`. */
export class AnalyticsError extends Error {
  override readonly name: string = 'AnalyticsError'
  readonly code: AnalyticsErrorCode

  constructor(code: AnalyticsErrorCode, message: string, cause?: unknown) {
    super(visibleLines(message), { cause })
    this.code = code
  }
}
