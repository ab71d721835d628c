import { visibleLines } from '@runspan/model'

/** Stable codes for errors in a workflow's definition, for programs to check. */
export type WorkflowErrorCode =
  | 'CYCLE'
  | 'DUPLICATE_TASK'
  | 'INVALID_NAME'
  | 'INVALID_OPTION'
  | 'UNKNOWN_DEPENDENCY'
  | 'RUN_NOT_COMPLETED'

/** The only error class of this package. */
export class WorkflowError extends Error {
  override readonly name: string = 'WorkflowError'
  readonly code: WorkflowErrorCode

  constructor(code: WorkflowErrorCode, message: string, options?: ErrorOptions) {
    super(visibleLines(message), options)
    this.code = code
  }
}
