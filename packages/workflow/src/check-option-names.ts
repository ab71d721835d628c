import { checkNames, type OptionKinds } from '@runspan/model'

import { WorkflowError } from './workflow-error.ts'

/** Throws `WorkflowError` `INVALID_OPTION` for a name that is no option. */
export function checkOptionNames<Options extends object>(
  of: string,
  given: unknown,
  kinds: OptionKinds<Options>,
): void {
  checkNames(given, kinds, { of, refuse: (message) => new WorkflowError('INVALID_OPTION', message) })
}
