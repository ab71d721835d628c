import { visibleLines } from '@runspan/model'

/** Stable codes for errors in documents, for programs to check. */
export type ReportErrorCode = 'INVALID_RUNS' | 'NOT_BUILT'

/** An error of this package, with a stable `code` and the original as `cause`. */
export class ReportError extends Error {
  override readonly name: string = 'ReportError'
  readonly code: ReportErrorCode

  constructor(code: ReportErrorCode, message: string, cause?: unknown) {
    super(visibleLines(message), { cause })
    this.code = code
  }
}
