import { checkNames, type OptionKinds } from '@runspan/model'

import type { RetryOptions, WorkflowTaskOptions } from './task-definition.ts'
import { WorkflowError } from './workflow-error.ts'
import type { WorkflowRunnerOptions } from './workflow-runner.ts'
import type { PlainTask, WorkflowOptions } from './workflow.ts'

/** Options of this package's functions; values are checked where they are used. A new option is an entry here. */
export const WORKFLOW: OptionKinds<WorkflowOptions> = { concurrency: 'number' }
export const RUNNER: OptionKinds<WorkflowRunnerOptions> = {
  concurrency: 'number',
  failFast: 'flag',
  graceSeconds: 'number',
}
export const TASK: OptionKinds<WorkflowTaskOptions<never, never, string>> = {
  after: 'list',
  retry: 'any',
  timeoutSeconds: 'number',
  when: 'function',
  concurrency: 'number',
}
export const PLAIN_TASK: OptionKinds<PlainTask<never>> = { ...TASK, nodeId: 'text', run: 'function' }
export const RETRY: OptionKinds<RetryOptions> = {
  attempts: 'number',
  delaySeconds: 'number',
  factor: 'number',
  maxDelaySeconds: 'number',
  jitter: 'number',
}

/** Throws `WorkflowError` `INVALID_OPTION` for a name that is no option. */
export function checkOptionNames<Options extends object>(
  of: string,
  given: unknown,
  kinds: OptionKinds<Options>,
): void {
  checkNames(given, kinds, { of, refuse: (message) => new WorkflowError('INVALID_OPTION', message) })
}
