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
  /** Maximum tasks of one run at the same time; the workflow's own limit by default. */
  readonly concurrency?: number | undefined
  /** Whether the first failed task stops the run. False by default: other branches go on. */
  readonly failFast?: boolean | undefined
  /** Seconds to wait for an aborted task before it is abandoned; 5 by default. */
  readonly graceSeconds?: number | undefined
}

/** Option kinds. Add a new option here. */
const RUNNER: OptionKinds<WorkflowRunnerOptions> = {
  concurrency: 'number',
  failFast: 'flag',
  graceSeconds: 'number',
}

/** Options of one run. */
export type WorkflowRunOptions = Pick<
  RunOptions,
  'runId' | 'metadata' | 'tags' | 'trigger' | 'signal' | 'parentRunId' | 'retryOf' | 'attributes' | 'parent'
>

/** Arguments of `run`; the inputs are optional if the workflow takes none. */
export type RunArguments<Inputs> = undefined extends Inputs
  ? [inputs?: Inputs, options?: WorkflowRunOptions]
  : [inputs: Inputs, options?: WorkflowRunOptions]

/**
 * Runs a workflow, any number of times, also concurrently. Every run and every attempt of a task is tracked.
 *
 * @example
 * const runner = new WorkflowRunner(workflow, new TaskManager(), { concurrency: 4 })
 * const { status, results, error } = await runner.run({ day: '2026-11-28' })
 */
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
   * Runs the workflow once. Resolves for every outcome: check `status` and `error`.
   * Aborting `signal`, or `taskManager.cancelRun`, aborts the signals of running tasks and cancels the other tasks and the
   * run. A task that ignores its signal is abandoned after `graceSeconds`. Rejects only with `TrackingError` `INVALID_NAME`,
   * if `runId` is not usable.
   */
  async run(...[inputs, options = {}]: RunArguments<Inputs>): Promise<WorkflowResult<Results>> {
    const run = this.#taskManager.startRun(this.#workflow.name, options)
    const workflow = this.#workflow as unknown as Workflow<never, never>
    const execution = new WorkflowExecution({ ...this.#options, workflow, run, inputs })
    const { signal } = run // aborted by the caller's signal and by `taskManager.cancelRun`
    const onAbort = (): void => execution.stop.stop(signal?.reason)
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    await context.with(run.context, () => execution.finish())
    signal?.removeEventListener('abort', onAbort)
    return conclude<Results>(run, execution, signal)
  }

  /**
   * Same as `run`, but throws: the first failed task's own error, or `WorkflowError` `RUN_NOT_COMPLETED` if the run was
   * cancelled.
   */
  async runOrThrow(...args: RunArguments<Inputs>): Promise<WorkflowResult<Results>> {
    const result = await this.run(...args)
    if (result.status === 'failed') throw result.error
    if (result.status === 'completed') return result
    const message = `Run ${result.runId} of ${this.#workflow.name} was cancelled.`
    throw new WorkflowError('RUN_NOT_COMPLETED', message, { cause: result.error })
  }
}

/** Ends the run according to the outcome of its tasks. */
function conclude<Results>(
  run: RunHandle,
  execution: WorkflowExecution,
  signal: AbortSignal | undefined,
): WorkflowResult<Results> {
  const { failure } = execution
  const cancelled = [...execution.tasks.values()].some((task) => task.status === 'cancelled')
  // With failFast, tasks are cancelled because one failed. Only the run's signal makes the run cancelled.
  const status =
    cancelled && signal?.aborted === true && execution.stop.reason === signal.reason
      ? 'cancelled'
      : failure === null
        ? 'completed'
        : 'failed'
  // A task's function may have ended the run by its handle: that end stands.
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
