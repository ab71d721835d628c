import type { RunHandle } from '@runspan/tracking'

import { type AttemptOutcome, type AttemptSurroundings, runAttempt } from './attempt.ts'
import { Limit } from './limit.ts'
import { StopSwitch } from './stop-switch.ts'
import { backoffSeconds, type ConditionContext, type TaskDefinition } from './task-definition.ts'
import type { TaskSummary } from './workflow-result.ts'
import type { Workflow } from './workflow.ts'

/** Options of one execution. */
export interface ExecutionOptions {
  readonly workflow: Workflow<never, never>
  readonly run: RunHandle
  readonly inputs: unknown
  readonly concurrency: number
  readonly failFast: boolean
  readonly graceSeconds: number
}

/** One run of a workflow while it is executed. */
export class WorkflowExecution {
  readonly #options: ExecutionOptions
  readonly #places: Limit
  readonly stop: StopSwitch = new StopSwitch()
  readonly results: Map<string, unknown> = new Map()
  readonly tasks: Map<string, TaskSummary> = new Map()
  /** The first task that failed after its last attempt. */
  failure: { readonly nodeId: string; readonly error: unknown } | null = null

  constructor(options: ExecutionOptions) {
    this.#options = options
    this.#places = new Limit(options.concurrency)
  }

  /** Runs every task that can be run; never rejects. */
  async finish(): Promise<void> {
    const ends = new Map<string, Promise<void>>()
    for (const task of this.#options.workflow.tasks) {
      const before = task.after.map((name) => ends.get(name))
      ends.set(task.nodeId, this.#runWhenReady(task, before))
    }
    await Promise.all(ends.values())
  }

  async #runWhenReady(task: TaskDefinition, before: readonly (Promise<void> | undefined)[]): Promise<void> {
    await Promise.all(before)
    const summary = this.#obstacle(task) ?? (await this.#condition(task)) ?? (await this.#runWithRetries(task))
    this.tasks.set(task.nodeId, summary)
  }

  /** Returns why the task cannot be run at all; null if it can. */
  #obstacle(task: TaskDefinition): TaskSummary | null {
    if (this.stop.stopped) return this.#stoppedBefore(task)
    for (const name of task.after) {
      const status = this.tasks.get(name)?.status
      if (status === 'failed') return this.#skip(task, `${name} failed`)
      if (status !== 'completed') return this.#skip(task, `${name} was ${status ?? 'lost'}`)
    }
    return null
  }

  /** Evaluates `when`; returns null to run the task. */
  async #condition(task: TaskDefinition): Promise<TaskSummary | null> {
    if (task.when === undefined) return null
    try {
      const { inputs } = this.#options
      const answer = await task.when({ inputs, results: this.#resultsFor(task) } as ConditionContext<never, never>)
      if (this.stop.stopped) return this.#stoppedBefore(task)
      if (answer === true) return null
      return this.#skip(task, typeof answer === 'string' && answer !== '' ? answer : 'its condition was not met')
    } catch (error) {
      await this.#record(task, 1, 0, (handle) => handle.fail(error))
      return this.#failed(task, 1, error)
    }
  }

  async #runWithRetries(task: TaskDefinition): Promise<TaskSummary> {
    let waitingSince = performance.now()
    for (let attempt = 1; ; attempt++) {
      if (!(await this.#enter(task))) return this.#stoppedBefore(task, attempt - 1)
      const outcome = await this.#attempt(task, attempt, (performance.now() - waitingSince) / 1000)
      if (outcome.status === 'completed') {
        this.results.set(task.nodeId, outcome.result)
        return { status: 'completed', attempts: attempt, reason: null, error: undefined }
      }
      if (outcome.status === 'cancelled') {
        return { status: 'cancelled', attempts: attempt, reason: this.#stopReason(), error: undefined }
      }
      if (attempt >= task.attempts) return this.#failed(task, attempt, outcome.error)
      waitingSince = performance.now()
      if (await this.stop.wait(backoffSeconds(task, attempt, Math.random()))) return this.#stoppedBefore(task, attempt)
    }
  }

  /**
   * Waits for the slots that the task needs. Its own comes first, so that it does not hold one of the run's slots while it
   * waits.
   */
  async #enter(task: TaskDefinition): Promise<boolean> {
    const own = this.#options.workflow.limitOf(task)
    if (own !== undefined && !(await own.enter(this.stop))) return false
    if (await this.#places.enter(this.stop)) return true
    own?.leave()
    return false
  }

  async #attempt(task: TaskDefinition, attempt: number, queueSeconds: number): Promise<AttemptOutcome> {
    const { run, inputs, graceSeconds } = this.#options
    const around: AttemptSurroundings = { run, inputs, graceSeconds, stop: this.stop, results: this.#resultsFor(task) }
    try {
      return await this.#record(task, attempt, queueSeconds, (handle) => runAttempt(task, handle, around))
    } finally {
      this.#places.leave()
      this.#options.workflow.limitOf(task)?.leave()
    }
  }

  #record<T>(
    task: TaskDefinition,
    attempt: number,
    queueSeconds: number,
    body: (handle: Parameters<Parameters<RunHandle['withTask']>[2]>[0]) => T | PromiseLike<T>,
  ): Promise<T> {
    return this.#options.run.withTask(task.nodeId, { attempt, queueSeconds, dependencies: task.after }, body)
  }

  #resultsFor(task: TaskDefinition): Readonly<Record<string, unknown>> {
    return Object.fromEntries(task.after.map((name) => [name, this.results.get(name)]))
  }

  #failed(task: TaskDefinition, attempts: number, error: unknown): TaskSummary {
    this.failure ??= { nodeId: task.nodeId, error }
    if (this.#options.failFast) this.stop.stop(new DOMException(`${task.nodeId} failed`, 'AbortError'))
    return { status: 'failed', attempts, reason: null, error }
  }

  #skip(task: TaskDefinition, reason: string): TaskSummary {
    const { run } = this.#options
    if (run.status === 'running') run.skipTask(task.nodeId, reason, { dependencies: task.after })
    return { status: 'skipped', attempts: 0, reason, error: undefined }
  }

  /** Returns the summary of a task that the end of the run cancelled, before its first attempt or between two. */
  #stoppedBefore(task: TaskDefinition, attempts = 0): TaskSummary {
    const { run } = this.#options
    const reason = this.#stopReason()
    if (run.status === 'running') {
      run.startTask(task.nodeId, { attempt: attempts + 1, dependencies: task.after, start: false }).cancel(reason)
    }
    return { status: 'cancelled', attempts, reason, error: undefined }
  }

  #stopReason(): string {
    const { reason } = this.stop
    if (typeof reason === 'string' && reason !== '') return reason
    return reason instanceof Error && reason.message !== '' ? reason.message : 'run cancelled'
  }
}
