import { visibleLines } from '@runspan/model'

/** What was wrong with a question, stable for programs. */
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
  /** Events of a cluster with replicas. */
  | 'REPLICAS_NOT_FOLLOWED'
  | 'RUN_NOT_FOUND'
  | 'RUN_AMBIGUOUS'
  /** A run that runs or waits cannot be removed. */
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
