import { visibleLines } from '@runspan/model'

/** What is wrong with a workflow's definition; stable, for programs to decide by. */
export type WorkflowErrorCode =
  | 'CYCLE'
  | 'DUPLICATE_TASK'
  | 'INVALID_NAME'
  | 'INVALID_OPTION'
  | 'UNKNOWN_DEPENDENCY'
  | 'RUN_NOT_COMPLETED'

/** The one error class of this package. */
export class WorkflowError extends Error {
  override readonly name: string = 'WorkflowError'
  readonly code: WorkflowErrorCode

  constructor(code: WorkflowErrorCode, message: string, options?: ErrorOptions) {
    super(visibleLines(message), options)
    this.code = code
  }
}
