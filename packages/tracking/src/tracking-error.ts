import { visibleLines } from '@runspan/model'

/** What went wrong; stable, for programs to decide by. */
export type TrackingErrorCode =
  | 'ILLEGAL_TRANSITION'
  | 'INVALID_NAME'
  | 'INVALID_CARRIER'
  | 'INVALID_FILTER'
  | 'INVALID_OPTIONS'
  | 'NO_ACTIVE_RUN'
  | 'NOT_TOLD_BY_STORE'

/** The one error class of this package: a mistake of the program that calls it. */
export class TrackingError extends Error {
  override readonly name: string = 'TrackingError'
  readonly code: TrackingErrorCode

  constructor(code: TrackingErrorCode, message: string, options?: ErrorOptions) {
    super(visibleLines(message), options)
    this.code = code
  }
}
