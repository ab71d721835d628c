import { visibleLines } from '@runspan/model'

/** Stable error codes, for programs to check. */
export type WorkspaceErrorCode = 'SPOOL_BUSY'

/** An error of this package, with a stable `code` and the original as `cause`. */
export class WorkspaceError extends Error {
  override readonly name: string = 'WorkspaceError'
  readonly code: WorkspaceErrorCode

  constructor(code: WorkspaceErrorCode, message: string, cause?: unknown) {
    super(visibleLines(message), { cause })
    this.code = code
  }
}
