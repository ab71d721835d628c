import { visibleLines } from '@runspan/model'

/** Stable error codes of the command line and the facade, for programs to check. */
export type RunspanErrorCode =
  | 'WRONG_USE'
  | 'INVALID_OPTIONS'
  | 'NOT_DELIVERED'
  | 'DEMO_DATA_MISSING'
  | 'COMMAND_NOT_STARTED'
  | 'NOT_WRITTEN'

/** An error of this package, with a stable `code` and the original as `cause`. */
export class RunspanError extends Error {
  override readonly name: string = 'RunspanError'
  readonly code: RunspanErrorCode

  constructor(code: RunspanErrorCode, message: string, cause?: unknown) {
    super(visibleLines(message), { cause })
    this.code = code
  }
}
