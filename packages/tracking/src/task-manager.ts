import {
  type Attributes,
  type Context,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  trace,
  type TracerProvider,
} from '@opentelemetry/api'
import { type AnyValueMap, type LoggerProvider, logs, SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names, type Task, type WorkflowRun } from '@runspan/model'
import { v7 as uuidv7 } from 'uuid'

import { hasContextManager, runOf } from './active-run.ts'
import { boundedMetadata } from './bounded-json.ts'
import { fromCarrier, type RunCarrier } from './carrier.ts'
import { cleanList, cleanName } from './clean-text.ts'
import { epochMilliseconds } from './clock.ts'
import type { RunHandle, RunOptions, TaskHandle, TaskOptions } from './handles.ts'
import { MOST_TAGS, OpenRun } from './open-run.ts'
import { newestFirst, RunMemory } from './run-memory.ts'
import {
  checkFilter,
  matches,
  mergeRun,
  mergeTasks,
  type RunFilter,
  type RunPage,
  type RunReader,
} from './run-reader.ts'
import { NO_SPAN, sdkThrew, type TrackingCore } from './tracking-core.ts'
import { TrackingError } from './tracking-error.ts'
import { VERSION } from './version.ts'

const {
  EVENT_RUN_STARTED,
  SCOPE_NAME,
  WORKFLOW_NAME,
  WORKFLOW_RUN_ID,
  WORKFLOW_RUN_METADATA,
  WORKFLOW_RUN_PARENT_ID,
  WORKFLOW_RUN_STATUS,
  WORKFLOW_RUN_TAGS,
  WORKFLOW_RUN_TRIGGER,
} = names

/** What a TaskManager is made with. */
export interface TaskManagerOptions {
  /** Where recorded runs are read. Without one, only runs of this process are known: those open and the last 1,000. */
  readonly reader?: RunReader | undefined
  /** Whether tasks are measured (CPU, memory, input and output); true by default. */
  readonly collectMetrics?: boolean | undefined
  /** The global ones by default. */
  readonly tracerProvider?: TracerProvider | undefined
  readonly loggerProvider?: LoggerProvider | undefined
}

/** Tracks runs and tasks as OpenTelemetry spans, and reads them back. Without an SDK it runs the functions it is given and keeps to memory. */
export class TaskManager {
  readonly #core: TrackingCore
  readonly #reader: RunReader | undefined
  #outside: OpenRun | null = null

  constructor(options: TaskManagerOptions = {}) {
    this.#reader = options.reader
    this.#core = {
      tracer: (options.tracerProvider ?? trace).getTracer(SCOPE_NAME, VERSION),
      logger: (options.loggerProvider ?? logs).getLogger(SCOPE_NAME, VERSION),
      measure: options.collectMetrics ?? true,
      memory: new RunMemory(),
    }
  }

  /**
   * Runs a function as a run: completed when it returns, failed when it throws, cancelled when it throws because `signal` was aborted.
   * Its result and its error come back untouched. Throws `TrackingError` `INVALID_NAME` before the function is called.
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
    const run = this.#open(workflowName, plain ? {} : (optionsOrBody ?? {}))
    return run.execute(plain ? optionsOrBody : (body as (run: RunHandle) => T | PromiseLike<T>))
  }

  /** Opens a run by hand; whoever opens it ends it. Throws `TrackingError` `INVALID_NAME`. */
  startRun(workflowName: string, options: RunOptions = {}): RunHandle {
    return this.#open(workflowName, options)
  }

  /** Runs a function as a task of the active run, inside the active task. Throws `TrackingError` `NO_ACTIVE_RUN`; without an SDK it runs untracked. */
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
    this.#outside ??= this.#outsideRun()
    return this.#outside.runTask(active, nodeId, options, given)
  }

  /** The run active here, if there is one. */
  activeRun(): RunHandle | undefined {
    return runOf(context.active())
  }

  /**
   * Takes over a run from another thread or process: tasks made with this handle belong to that run.
   * The run's own end stays where it began; ending this handle only ends the tasks opened with it.
   * Throws `TrackingError` `INVALID_CARRIER`.
   */
  continueRun(carrier: RunCarrier): RunHandle {
    const { runId, workflow, span } = fromCarrier(carrier)
    return this.#make(runId, workflow, span === null ? NO_SPAN : trace.wrapSpanContext(span), context.active())
  }

  /** A run with its tasks; null if none is known by this id. */
  async getRun(runId: string): Promise<WorkflowRun | null> {
    const read = (await this.#reader?.getRun(runId)) ?? null
    return mergeRun(read, this.#core.memory.getRun(runId))
  }

  /** The tasks of a run, every attempt, in order of their start. */
  async getTasks(runId: string): Promise<readonly Task[]> {
    const read = (await this.#reader?.getTasks(runId)) ?? []
    return mergeTasks(read, this.#core.memory.getTasks(runId))
  }

  async getTask(taskId: string): Promise<Task | null> {
    const read = (await this.#reader?.getTask(taskId)) ?? null
    return mergeTasks(asList(read), asList(this.#core.memory.getTask(taskId)))[0] ?? null
  }

  /**
   * Runs, newest first, without their tasks. Runs of this process that the reader does not have yet are on the first page,
   * beyond `limit` if need be; such a run may come again on a later one. Throws `TrackingError` `INVALID_FILTER`.
   */
  async listRuns(filter: RunFilter = {}): Promise<RunPage> {
    const checked = checkFilter(filter)
    const { memory } = this.#core
    if (this.#reader === undefined) return memory.listRuns(checked)
    const page = await this.#reader.listRuns(checked)
    if (checked.cursor !== undefined) return page
    return mergePage(page, memory, checked)
  }

  #open(workflowName: string, options: RunOptions): OpenRun {
    const workflowId = cleanName(workflowName, 'workflow name')
    const runId = options.runId === undefined ? uuidv7() : cleanName(options.runId, 'run id')
    const active = context.active()
    const parentRunId = options.parentRunId ?? runOf(active)?.runId
    const beginning = {
      parentRunId: typeof parentRunId === 'string' && parentRunId !== '' ? cleanName(parentRunId, 'run id') : null,
      trigger:
        typeof options.trigger === 'string' && options.trigger !== '' ? cleanName(options.trigger, 'trigger') : null,
      tags: cleanList(options.tags, MOST_TAGS, 'tags'),
    }
    const metadata = options.metadata === undefined ? null : boundedMetadata(options.metadata)
    const said: Attributes = { [WORKFLOW_NAME]: workflowId, [WORKFLOW_RUN_ID]: runId }
    if (beginning.parentRunId !== null) said[WORKFLOW_RUN_PARENT_ID] = beginning.parentRunId
    if (beginning.trigger !== null) said[WORKFLOW_RUN_TRIGGER] = beginning.trigger
    if (beginning.tags.length > 0) said[WORKFLOW_RUN_TAGS] = beginning.tags as string[]
    if (metadata !== null) said[WORKFLOW_RUN_METADATA] = metadata.json

    const now = epochMilliseconds()
    const attributes = { ...options.attributes, ...said, [WORKFLOW_RUN_STATUS]: 'running' }
    const span = this.#startSpan(workflowId, attributes, options.parent, active, now)
    const run = new OpenRun({
      ...beginning,
      core: this.#core,
      runId,
      workflowId,
      signal: options.signal,
      metadata: metadata?.value ?? {},
      metadataLength: metadata?.json.length ?? 0,
      span,
      base: options.parent ?? active,
      startMilliseconds: now,
    })
    this.#core.memory.opened(run)
    if (span.isRecording() && (span.spanContext().traceFlags & 1) === 1) this.#emitStart(said, run.context, now)
    return run
  }

  #startSpan(name: string, attributes: Attributes, parent: Context | undefined, active: Context, now: number): Span {
    const { tracer } = this.#core
    try {
      if (parent !== undefined) return tracer.startSpan(name, { startTime: now, attributes }, parent)
      const around = trace.getSpanContext(active)
      const links: Link[] = around !== undefined && trace.isSpanContextValid(around) ? [{ context: around }] : []
      return tracer.startSpan(name, { root: true, startTime: now, attributes, links }, active)
    } catch (error) {
      sdkThrew(error)
      return NO_SPAN
    }
  }

  #emitStart(attributes: Attributes, within: Context, now: number): void {
    try {
      this.#core.logger.emit({
        eventName: EVENT_RUN_STARTED,
        timestamp: now,
        severityNumber: SeverityNumber.INFO,
        attributes: attributes as AnyValueMap,
        context: within,
      })
    } catch (error) {
      sdkThrew(error)
    }
  }

  #make(runId: string, workflowId: string, span: Span, base: Context): OpenRun {
    return new OpenRun({
      core: this.#core,
      runId,
      workflowId,
      parentRunId: null,
      trigger: null,
      signal: undefined,
      tags: [],
      metadata: {},
      metadataLength: 0,
      span,
      base,
      startMilliseconds: epochMilliseconds(),
    })
  }

  /** An ended run, for tasks where no context is carried and so no run can be found. */
  #outsideRun(): OpenRun {
    const run = this.#make('outside', 'outside', NO_SPAN, ROOT_CONTEXT)
    run.status = 'completed'
    return run
  }
}

/** The reader's first page, brought up to date with the runs of this process. */
function mergePage(page: RunPage, memory: RunMemory, filter: RunFilter): RunPage {
  const own = new Map(memory.find(filter).map((run) => [run.runId, run]))
  const runs: WorkflowRun[] = []
  for (const run of page.runs) {
    const merged = mergeRun(run, memory.getRun(run.runId)) ?? run
    if (matches(merged, filter)) runs.push({ ...merged, tasks: [] })
    own.delete(run.runId)
  }
  const oldest = page.nextCursor === null ? 0 : (page.runs.at(-1)?.startTime?.getTime() ?? 0)
  const missing = [...own.values()].filter((run) => (run.startTime?.getTime() ?? 0) >= oldest)
  return { runs: [...missing, ...runs].sort(newestFirst), nextCursor: page.nextCursor }
}

function asList(task: Task | null): readonly Task[] {
  return task === null ? [] : [task]
}
