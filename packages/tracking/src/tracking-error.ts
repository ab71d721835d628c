import { visibleLines } from '@runspan/model'

/** Stable codes of this package's errors, for programs to check. */
export type TrackingErrorCode =
  | 'ILLEGAL_TRANSITION'
  | 'INVALID_NAME'
  | 'INVALID_CARRIER'
  | 'INVALID_FILTER'
  | 'INVALID_OPTIONS'
  | 'NO_ACTIVE_RUN'
  | 'NOT_TOLD_BY_STORE'

/** The only error class of this package: a mistake in the calling program. */
export class TrackingError extends Error {
  override readonly name: string = 'TrackingError'
  readonly code: TrackingErrorCode

  constructor(code: TrackingErrorCode, message: string, options?: ErrorOptions) {
    super(visibleLines(message), options)
    this.code = code
  }
}
