import { visibleLines } from '@runspan/model'

/** What was wrong with the configuration, stable for programs. */
export type InstrumentationErrorCode = 'INVALID_CONFIGURATION' | 'DIRECTORY_NOT_WRITABLE'

/** An error of this package, with a stable `code` and the original as `cause`. */
export class InstrumentationError extends Error {
  override readonly name: string = 'InstrumentationError'
  readonly code: InstrumentationErrorCode

  constructor(code: InstrumentationErrorCode, message: string, cause?: unknown) {
    super(visibleLines(message), { cause })
    this.code = code
  }
}
