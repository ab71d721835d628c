import { visibleLines } from '@runspan/model'

/** Stable codes for errors in input, for programs to check. */
export type CollectorErrorCode =
  | 'FILE_NOT_READABLE'
  | 'TOO_LARGE'
  | 'NOT_OTLP'
  | 'INVALID_OPTIONS'
  | 'UNSUPPORTED_COMPRESSION'
  | 'PORT_NOT_FREE'
  | 'CANNOT_LISTEN'
  | 'CANNOT_KEEP'

/** An error of this package, with a stable `code` and the original as `cause`. */
export class CollectorError extends Error {
  override readonly name: string = 'CollectorError'
  readonly code: CollectorErrorCode

  constructor(code: CollectorErrorCode, message: string, cause?: unknown) {
    super(visibleLines(message), { cause })
    this.code = code
  }
}
