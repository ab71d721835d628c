import { context } from '@opentelemetry/api'
import type { OptionKinds } from '@runspan/model'
import { type RunHandle, type RunOptions, TaskManager } from '@runspan/tracking'

import { checkOptionNames } from './check-option-names.ts'
import { WorkflowError } from './workflow-error.ts'
import { WorkflowExecution } from './workflow-execution.ts'
import type { WorkflowResult } from './workflow-result.ts'
import { checkConcurrency, type Workflow } from './workflow.ts'

/** Options of a runner. */
export interface WorkflowRunnerOptions {
  /** Most tasks of one run at one time; the workflow's own limit by default. */
  readonly concurrency?: number | undefined
  /** Whether the first task that fails for good stops the run; false by default: other branches go on. */
  readonly failFast?: boolean | undefined
  /** How long a task that was aborted may go on before it is no longer waited for; 5 by default. */
  readonly graceSeconds?: number | undefined
}

/** A new option is an entry here. */
const RUNNER: OptionKinds<WorkflowRunnerOptions> = {
  concurrency: 'number',
  failFast: 'flag',
  graceSeconds: 'number',
}

/** What can be said of one run. */
export type WorkflowRunOptions = Pick<
  RunOptions,
  'runId' | 'metadata' | 'tags' | 'trigger' | 'signal' | 'parentRunId' | 'retryOf' | 'attributes' | 'parent'
>

/** Arguments of `run`: the inputs may be left out where the workflow takes none. */
export type RunArguments<Inputs> = undefined extends Inputs
  ? [inputs?: Inputs, options?: WorkflowRunOptions]
  : [inputs: Inputs, options?: WorkflowRunOptions]

/** Runs a workflow, any number of times, also at the same time. Every run and every attempt of a task is tracked. */
export class WorkflowRunner<Inputs, Results> {
  readonly #workflow: Workflow<Inputs, Results>
  readonly #taskManager: TaskManager
  readonly #options: { readonly concurrency: number; readonly failFast: boolean; readonly graceSeconds: number }

  /** Throws `WorkflowError` `INVALID_OPTION`. */
  constructor(
    workflow: Workflow<Inputs, Results>,
    taskManager: TaskManager = new TaskManager(),
    options: WorkflowRunnerOptions = {},
  ) {
    checkOptionNames('WorkflowRunner', options, RUNNER)
    const graceSeconds = options.graceSeconds ?? 5
    if (!(graceSeconds >= 0 && graceSeconds <= 3600)) {
      throw new WorkflowError('INVALID_OPTION', `graceSeconds must be a number from 0 to 3600, not ${graceSeconds}.`)
    }
    const concurrency = checkConcurrency(options.concurrency ?? workflow.concurrency)
    this.#workflow = workflow
    this.#taskManager = taskManager
    this.#options = { concurrency, failFast: options.failFast ?? false, graceSeconds }
  }

  /**
   * Runs the workflow once. Resolves however it ends: look at `status` and `error`.
   * Aborting `signal`, or `taskManager.cancelRun`, aborts the running tasks' signals, cancels the rest and the run; a task that pays no heed is given up after `graceSeconds`.
   * Rejects with `TrackingError` `INVALID_NAME` only if `runId` is not usable.
   */
  async run(...[inputs, options = {}]: RunArguments<Inputs>): Promise<WorkflowResult<Results>> {
    const run = this.#taskManager.startRun(this.#workflow.name, options)
    const workflow = this.#workflow as unknown as Workflow<never, never>
    const execution = new WorkflowExecution({ ...this.#options, workflow, run, inputs })
    const { signal } = run // the caller's, and that of `taskManager.cancelRun`
    const onAbort = (): void => execution.stop.stop(signal?.reason)
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    await context.with(run.context, () => execution.finish())
    signal?.removeEventListener('abort', onAbort)
    return conclude<Results>(run, execution, signal)
  }

  /** The same, for who wants errors thrown: the first failed task's own error, or `WorkflowError` `RUN_NOT_COMPLETED` if the run was cancelled. */
  async runOrThrow(...args: RunArguments<Inputs>): Promise<WorkflowResult<Results>> {
    const result = await this.run(...args)
    if (result.status === 'failed') throw result.error
    if (result.status === 'completed') return result
    const message = `Run ${result.runId} of ${this.#workflow.name} was cancelled.`
    throw new WorkflowError('RUN_NOT_COMPLETED', message, { cause: result.error })
  }
}

/** Ends the run as its tasks ended. */
function conclude<Results>(
  run: RunHandle,
  execution: WorkflowExecution,
  signal: AbortSignal | undefined,
): WorkflowResult<Results> {
  const { failure } = execution
  const cancelled = [...execution.tasks.values()].some((task) => task.status === 'cancelled')
  // With failFast tasks are cancelled because one failed; only the caller's signal cancels the run.
  const status =
    cancelled && signal?.aborted === true && execution.stop.reason === signal.reason
      ? 'cancelled'
      : failure === null
        ? 'completed'
        : 'failed'
  // A task's function may have ended the run by its handle: what it said stands.
  if (run.status === 'running') {
    if (status === 'cancelled') run.cancel(signal?.reason)
    else if (failure === null) run.complete()
    else run.fail(failure.error)
  }
  return {
    runId: run.runId,
    status,
    results: Object.fromEntries(execution.results) as Partial<Results>,
    error: status === 'cancelled' ? signal?.reason : failure?.error,
    tasks: Object.fromEntries(execution.tasks),
  }
}
