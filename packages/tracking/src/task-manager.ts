import { context, trace, type TracerProvider } from '@opentelemetry/api'
import { type LoggerProvider, logs } from '@opentelemetry/api-logs'
import {
  attributes as names,
  type OptionKinds,
  type Task,
  type UsualDuration,
  type UsualQuestion,
  type WorkflowRun,
} from '@runspan/model'

import { hasContextManager, runOf } from './active-run.ts'
import { adoptRun, beginRun, outsideRun } from './begin-run.ts'
import { fromCarrier, type RunCarrier } from './carrier.ts'
import { optionsOf } from './check-options.ts'
import { attributeCpu } from './cpu-attribution.ts'
import type { EventHandler } from './event-handler.ts'
import { EventHub, handlerThrew } from './event-hub.ts'
import type { RunHandle, RunOptions, TaskHandle, TaskOptions } from './handles.ts'
import { mergePage, mergeRun, mergeTasks } from './merge-runs.ts'
import { leftOutBut, type MetricGroup } from './metric-groups.ts'
import { OpenRun } from './open-run.ts'
import type { TrackingCore } from './open-state.ts'
import { RunMemory } from './run-memory.ts'
import {
  checkFilter,
  checkTaskHistory,
  type EventPage,
  type RunFilter,
  type RunPage,
  type RunReader,
  type TaskHistoryFilter,
  type TaskPage,
} from './run-reader.ts'
import { NO_SPAN } from './tracking-core.ts'
import { TrackingError } from './tracking-error.ts'
import { VERSION } from './version.ts'

/** Maximum seconds that `close` waits for handlers. */
const CLOSE_SECONDS = 5

/** Options of a TaskManager. */
export interface TaskManagerOptions {
  /**
   * Reads recorded runs. Without a reader only runs of this process are known: the open ones and the last 1,000 that ended.
   * With a reader, only the last 20 stay in memory.
   */
  readonly reader?: RunReader | undefined
  /** Whether tasks are measured (CPU, memory, input and output); true by default. */
  readonly collectMetrics?: boolean | undefined
  /** Which groups are measured; all by default. */
  readonly metrics?: readonly MetricGroup[] | undefined
  /**
   * Whether CPU time is attributed to tasks, for the whole process from now on. Costs 0.3 to 0.4 µs for every `await` of the
   * program; false by default.
   */
  readonly attributeCpu?: boolean | undefined
  /**
   * Limits of measurements: fields of `TaskMetrics`, `duration` in seconds, or your own names. A task that ends above a limit
   * emits a `metric.threshold` event.
   */
  readonly thresholds?: Readonly<Record<string, number>> | undefined
  /** Default: the global provider. */
  readonly tracerProvider?: TracerProvider | undefined
  readonly loggerProvider?: LoggerProvider | undefined
}

/** Option kinds. Add a new option here. */
const TASK_MANAGER: OptionKinds<TaskManagerOptions> = {
  reader: 'object',
  collectMetrics: 'flag',
  metrics: 'list',
  attributeCpu: 'flag',
  thresholds: 'object',
  tracerProvider: 'object',
  loggerProvider: 'object',
}

/**
 * Tracks runs and tasks as OpenTelemetry spans, and reads them back. Without an SDK it still runs the functions, and tracks
 * only in memory.
 *
 * @example
 * const taskManager = new TaskManager()
 * await taskManager.withRun('nightly-orders', {}, async (run) => {
 *   await run.withTask('extract', () => extractOrders())
 * })
 * await taskManager.close()
 */
export class TaskManager {
  readonly #core: TrackingCore
  readonly #memory: RunMemory
  readonly #reader: RunReader | undefined
  #outside: OpenRun | null = null

  /** Throws `TrackingError` `INVALID_OPTIONS`. */
  constructor(given: TaskManagerOptions = {}) {
    const options = optionsOf('TaskManager', given, TASK_MANAGER)
    this.#reader = options.reader
    if (options.attributeCpu === true) attributeCpu()
    this.#memory = new RunMemory(options.reader !== undefined)
    this.#core = {
      tracer: (options.tracerProvider ?? trace).getTracer(names.SCOPE_NAME, VERSION),
      logger: (options.loggerProvider ?? logs).getLogger(names.SCOPE_NAME, VERSION),
      measure: options.collectMetrics ?? true,
      leftOut: options.metrics === undefined ? null : leftOutBut(options.metrics),
      memory: this.#memory,
      events: new EventHub(),
      thresholds: new Map(Object.entries(options.thresholds ?? {})),
    }
  }

  /**
   * Runs a function as a run. The run is completed when the function returns, failed when it throws, and cancelled when it
   * throws because `signal` was aborted. Its result or error is passed through unchanged.
   * Throws `TrackingError` `INVALID_NAME` before the function is called.
   */
  withRun<T>(workflowName: string, body: (run: RunHandle) => T | PromiseLike<T>): Promise<T>
  withRun<T>(
    workflowName: string,
    options: RunOptions | undefined,
    body: (run: RunHandle) => T | PromiseLike<T>,
  ): Promise<T>
  async withRun<T>(
    workflowName: string,
    optionsOrBody: RunOptions | undefined | ((run: RunHandle) => T | PromiseLike<T>),
    body?: (run: RunHandle) => T | PromiseLike<T>,
  ): Promise<T> {
    const plain = typeof optionsOrBody === 'function'
    const run = beginRun(this.#core, workflowName, plain ? {} : (optionsOrBody ?? {}))
    return run.execute(plain ? optionsOrBody : (body as (run: RunHandle) => T | PromiseLike<T>))
  }

  /** Starts a run that the caller must end itself. Throws `TrackingError` `INVALID_NAME`. */
  startRun(workflowName: string, options?: RunOptions): RunHandle {
    return beginRun(this.#core, workflowName, options ?? {})
  }

  /**
   * Runs a function as a task of the active run, inside the active task.
   * Throws `TrackingError` `NO_ACTIVE_RUN`; without an SDK the function runs untracked.
   */
  withTask<T>(nodeId: string, body: (task: TaskHandle) => T | PromiseLike<T>): Promise<T>
  withTask<T>(
    nodeId: string,
    options: TaskOptions | undefined,
    body: (task: TaskHandle) => T | PromiseLike<T>,
  ): Promise<T>
  async withTask<T>(
    nodeId: string,
    optionsOrBody: TaskOptions | undefined | ((task: TaskHandle) => T | PromiseLike<T>),
    body?: (task: TaskHandle) => T | PromiseLike<T>,
  ): Promise<T> {
    const active = context.active()
    const run = runOf(active)
    if (run instanceof OpenRun) return run.runTask(active, nodeId, optionsOrBody, body)
    const plain = typeof optionsOrBody === 'function'
    const options = plain ? undefined : optionsOrBody
    const given = plain ? optionsOrBody : (body as (task: TaskHandle) => T | PromiseLike<T>)
    if (run !== undefined) return run.withTask(nodeId, options, given)
    if (hasContextManager()) {
      const message = `Task ${String(nodeId)} has no run: call withTask inside withRun, or on the handle of a run.`
      throw new TrackingError('NO_ACTIVE_RUN', message)
    }
    this.#outside ??= outsideRun(this.#core)
    return this.#outside.runTask(active, nodeId, options, given)
  }

  /** Returns the active run, if there is one. */
  activeRun(): RunHandle | undefined {
    return runOf(context.active())
  }

  /**
   * Takes over a run from another thread or process: tasks of this handle belong to that run.
   * The process that started the run records its end; ending this handle only ends the tasks opened with it.
   * Throws `TrackingError` `INVALID_CARRIER`.
   */
  continueRun(carrier: RunCarrier): RunHandle {
    const { runId, workflow, span } = fromCarrier(carrier)
    const parent = span === null ? NO_SPAN : trace.wrapSpanContext(span)
    return adoptRun(this.#core, runId, workflow, parent, context.active())
  }

  /**
   * Asks a run of this process to stop by aborting its `signal`. If nobody listens to it, a run started with `startRun` is
   * cancelled immediately. Returns false if no such run is open here.
   */
  cancelRun(runId: string, reason?: unknown): boolean {
    const run = this.#memory.openRun(runId)
    run?.abort(reason)
    return run !== undefined
  }

  /** Returns the open runs of this process with their tasks, newest first. */
  openRuns(): readonly WorkflowRun[] {
    return this.#memory.openRuns()
  }

  /** Sends the events of this process's runs to a handler until the returned function is called. */
  addHandler(handler: EventHandler): () => void {
    return this.#core.events.listen(handler)
  }

  /**
   * Delivers all events so far to one handler now, instead of in the next turn of the event loop; the others receive them
   * then.
   */
  flushTo(handler: EventHandler): void {
    this.#core.events.flushTo(handler)
  }

  /** Waits up to 5 s until all handlers have handled their events, and closes them. Never throws. */
  async close(): Promise<void> {
    const { events } = this.#core
    await withinSeconds(CLOSE_SECONDS, async () => {
      await events.settled()
      await Promise.all(events.handlers().map(async (handler) => handler.close?.()))
    })
  }

  /** Returns a run with its tasks; null if the id is unknown. */
  async getRun(runId: string): Promise<WorkflowRun | null> {
    const read = (await this.#reader?.getRun(runId)) ?? null
    return mergeRun(read, this.#memory.getRun(runId))
  }

  /** Returns the tasks of a run, every attempt, in order of their start. */
  async getTasks(runId: string): Promise<readonly Task[]> {
    const read = (await this.#reader?.getTasks(runId)) ?? []
    return mergeTasks(read, this.#memory.getTasks(runId))
  }

  async getTask(taskId: string): Promise<Task | null> {
    const read = (await this.#reader?.getTask(taskId)) ?? null
    return mergeTasks(asList(read), asList(this.#memory.getTask(taskId)))[0] ?? null
  }

  /**
   * Returns runs, newest first, without their tasks. Runs of this process that the reader does not have yet are on the first
   * page, if necessary beyond `limit`; such a run may appear again on a later page. Throws `TrackingError` `INVALID_FILTER`.
   */
  async listRuns(filter: RunFilter = {}): Promise<RunPage> {
    const checked = checkFilter(filter)
    const memory = this.#memory
    if (this.#reader === undefined) return memory.listRuns(checked)
    const page = await this.#reader.listRuns(checked)
    if (checked.cursor !== undefined) return page
    return mergePage(page, memory, checked)
  }

  /** Returns the attempts of one task over all runs, newest first. Throws `TrackingError` `INVALID_FILTER`. */
  async getTaskHistory(filter: TaskHistoryFilter): Promise<TaskPage> {
    const checked = checkTaskHistory(filter)
    if (this.#reader === undefined) return { tasks: this.#memory.listTasks(checked), nextCursor: null }
    return this.#reader.listTasks(checked)
  }

  /**
   * Returns the events of all processes since a position, in the order in which the store received them. Without a position
   * it returns no events and the current position. Throws `TrackingError` `NOT_TOLD_BY_STORE`.
   */
  async eventsSince(position?: string): Promise<EventPage> {
    if (this.#reader?.eventsSince !== undefined) return this.#reader.eventsSince(position)
    throw new TrackingError('NOT_TOLD_BY_STORE', 'This store does not provide events: follow those of the process.')
  }

  /**
   * Returns for each run, in their order, the usual duration of its workflow's completed runs that started before it; null if
   * there are too few.
   */
  async getUsualDurations(runs: readonly UsualQuestion<Date>[]): Promise<readonly (UsualDuration | null)[]> {
    return (await this.#reader?.usualDurations?.(runs)) ?? runs.map(() => null)
  }
}

/** Waits for work with a time limit, and handles its errors. */
async function withinSeconds(seconds: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const time = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000)
  })
  await Promise.race([work().catch(handlerThrew), time])
  clearTimeout(timer)
}

function asList(task: Task | null): readonly Task[] {
  return task === null ? [] : [task]
}
