import type { OptionKinds } from '@runspan/model'
import type { RunHandle, TaskHandle } from '@runspan/tracking'

import { checkOptionNames } from './check-option-names.ts'
import { WorkflowError } from './workflow-error.ts'

/** How often a task is attempted, and how long it waits between attempts. */
export interface RetryOptions {
  /** Maximum attempts, including the first. */
  readonly attempts: number
  /** Seconds to wait before the second attempt; 1 by default. */
  readonly delaySeconds?: number | undefined
  /** Factor by which the wait grows from attempt to attempt; 2 by default. */
  readonly factor?: number | undefined
  /** Maximum wait in seconds; 60 by default. */
  readonly maxDelaySeconds?: number | undefined
  /** Random share of the wait, 0 (the default) to 1: a wait of 10 s with 0.2 takes 8 to 10 s. */
  readonly jitter?: number | undefined
}

/** Option kinds. Add a new option here. */
const RETRY: OptionKinds<RetryOptions> = {
  attempts: 'number',
  delaySeconds: 'number',
  factor: 'number',
  maxDelaySeconds: 'number',
  jitter: 'number',
}

/** What a task's function and its `when` receive from the run. */
export interface ConditionContext<Inputs, Results> {
  readonly inputs: Inputs
  /** Results of the tasks named in `after`. */
  readonly results: Results
}

/** Argument of a task's function. */
export interface TaskContext<Inputs, Results> extends ConditionContext<Inputs, Results> {
  /** Aborted when the attempt times out or the run is stopped. */
  readonly signal: AbortSignal
  /** Number of this attempt, from 1. */
  readonly attempt: number
  readonly task: TaskHandle
  readonly run: RunHandle
}

/** Options of a task. */
export interface WorkflowTaskOptions<Inputs, Results, After extends string> {
  /** Tasks that must complete first. */
  readonly after?: readonly After[] | undefined
  /** A number is the maximum attempts, including the first; one by default. */
  readonly retry?: RetryOptions | number | undefined
  /**
   * Seconds for one attempt. After that its signal is aborted and it fails with `TimeoutError`. No limit by default.
   */
  readonly timeoutSeconds?: number | undefined
  /** True runs the task; false, or a text with the reason, skips it. If `when` throws, the task has failed. */
  readonly when?:
    | ((context: ConditionContext<Inputs, Results>) => boolean | string | PromiseLike<boolean | string>)
    | undefined
  /**
   * Maximum attempts of this task at the same time in this process, over all runs of this workflow. No limit by default.
   */
  readonly concurrency?: number | undefined
}

/** Option kinds. Add a new option here. */
export const TASK: OptionKinds<WorkflowTaskOptions<never, never, string>> = {
  after: 'list',
  retry: 'any',
  timeoutSeconds: 'number',
  when: 'function',
  concurrency: 'number',
}

/** A task as the runner sees it: without its types, with defaults filled in. */
export interface TaskDefinition {
  readonly nodeId: string
  readonly after: readonly string[]
  readonly attempts: number
  readonly delaySeconds: number
  readonly factor: number
  readonly maxDelaySeconds: number
  readonly jitter: number
  readonly timeoutSeconds: number
  readonly concurrency: number
  readonly when: ((context: ConditionContext<never, never>) => unknown) | undefined
  readonly body: (context: TaskContext<never, never>) => unknown
}

/** Maximum seconds of a Node timer. */
const LONGEST_SECONDS = 2_147_483

/** Returns a definition with its defaults. Throws `WorkflowError` `INVALID_NAME` or `INVALID_OPTION`. */
export function defineTask(
  nodeId: string,
  options: WorkflowTaskOptions<never, never, string>,
  body: (context: TaskContext<never, never>) => unknown,
): TaskDefinition {
  checkName(nodeId, 'task name')
  if (typeof body !== 'function') throw invalid(nodeId, 'its last argument must be the function to run')
  if (typeof options.retry !== 'number') checkOptionNames(`Task ${nodeId}: retry`, options.retry, RETRY)
  const retry = typeof options.retry === 'number' ? { attempts: options.retry } : (options.retry ?? { attempts: 1 })
  const within = (option: string, value: number, least: number, most: number): number => {
    if (typeof value === 'number' && value >= least && value <= most) return value
    throw invalid(nodeId, `${option} must be a number from ${least} to ${most}, not ${String(value)}`)
  }
  const whole = (option: string, value: number): number => {
    if (value === Infinity || (Number.isInteger(value) && value >= 1)) return value
    throw invalid(nodeId, `${option} must be a whole number from 1, not ${String(value)}`)
  }
  return {
    nodeId,
    after: [...new Set(options.after ?? [])],
    attempts: whole('retry.attempts', retry.attempts),
    delaySeconds: within('retry.delaySeconds', retry.delaySeconds ?? 1, 0, LONGEST_SECONDS),
    factor: within('retry.factor', retry.factor ?? 2, 1, 1000),
    maxDelaySeconds: within('retry.maxDelaySeconds', retry.maxDelaySeconds ?? 60, 0, LONGEST_SECONDS),
    jitter: within('retry.jitter', retry.jitter ?? 0, 0, 1),
    timeoutSeconds:
      options.timeoutSeconds === undefined
        ? Infinity
        : within('timeoutSeconds', options.timeoutSeconds, 0.001, LONGEST_SECONDS),
    concurrency: whole('concurrency', options.concurrency ?? Infinity),
    when: options.when,
    body,
  }
}

/** Throws `WorkflowError` `INVALID_NAME` if a name is empty or not a string. */
export function checkName(name: unknown, what: string): void {
  if (typeof name === 'string' && name.replaceAll('\0', '') !== '') return
  throw new WorkflowError('INVALID_NAME', `A ${what} must be a non-empty string.`)
}

function invalid(nodeId: string, message: string): WorkflowError {
  return new WorkflowError('INVALID_OPTION', `Task ${nodeId}: ${message}.`)
}

/** Returns the seconds to wait after a failed attempt; attempts count from 1. */
export function backoffSeconds(task: TaskDefinition, attempt: number, random: number): number {
  const wait = Math.min(task.maxDelaySeconds, task.delaySeconds * task.factor ** (attempt - 1))
  return wait * (1 - task.jitter * random)
}
