import { diag } from '@opentelemetry/api'
import {
  isTerminal,
  type OptionKinds,
  type TaskProgress,
  type TrackingEvent,
  type UsualDuration,
  type WorkflowRun,
} from '@runspan/model'

import { optionsOf } from './check-options.ts'
import { EventStream, type EventStreamOptions } from './event-stream.ts'
import { RateWindow } from './rate-window.ts'
import type { TaskManager } from './task-manager.ts'

/** Seconds over which rates are calculated. */
const RATE_SECONDS = 60
const USUAL_AGE_MS = 60_000
/** Maximum ended runs and tasks that are remembered. */
const MOST_ENDED = 20_000
/** Maximum running runs that are read at the start. */
const MOST_RUNS = 1000

/** Options of a `LiveMonitor`: `follow` as in `EventStreamOptions`. */
export interface LiveMonitorOptions extends Pick<EventStreamOptions, 'follow' | 'pollSeconds'> {
  /** Seconds between the statistics that `for await` yields; 1 by default. */
  readonly everySeconds?: number | undefined
}

/** Option kinds. Add a new option here. */
const LIVE_MONITOR: OptionKinds<LiveMonitorOptions> = {
  follow: 'text',
  pollSeconds: 'number',
  everySeconds: 'number',
}

/** A task that is running now. */
export interface LiveTask {
  readonly taskId: string
  readonly nodeId: string
  readonly attempt: number
  readonly runningSeconds: number
  readonly progress: TaskProgress | null
}

/** A run that is running now. */
export interface LiveRun {
  readonly runId: string
  readonly workflowId: string
  readonly startTime: Date
  readonly runningSeconds: number
  readonly completedTasks: number
  readonly failedTasks: number
  readonly tasks: readonly LiveTask[]
  /**
   * Median duration of its workflow's completed runs that started before it, minus the elapsed time, at least 0; null with
   * fewer than 5 such runs.
   */
  readonly estimatedSecondsLeft: number | null
  /** Whether it runs longer than 19 of 20 of those runs; null with fewer than 5. */
  readonly longerThanUsual: boolean | null
}

/** Statistics of running and ended runs and tasks. Counts start at `start()`; a retry counts as a separate task. */
export interface LiveStats {
  readonly time: Date
  readonly activeRuns: number
  readonly completedRuns: number
  /** Includes lost runs. */
  readonly failedRuns: number
  readonly cancelledRuns: number
  readonly activeTasks: number
  readonly completedTasks: number
  readonly failedTasks: number
  readonly skippedTasks: number
  readonly cancelledTasks: number
  /** Failed ÷ (completed + failed) tasks; null before the first task has ended. */
  readonly failureRate: number | null
  /** Tasks that ended per second, over the last minute, or since the start if that is shorter. */
  readonly tasksPerSecond: number
  readonly runsPerSecond: number
  readonly oldestTask: (LiveTask & { readonly runId: string }) | null
  /** Estimated seconds until the last active run ends; null if the history of a run does not suffice. */
  readonly estimatedSecondsLeft: number | null
  /** Running runs, oldest first. */
  readonly runs: readonly LiveRun[]
}

interface OpenTask {
  readonly taskId: string
  readonly nodeId: string
  readonly attempt: number
  readonly startMilliseconds: number
  progress: TaskProgress | null
}

interface OpenRun {
  readonly runId: string
  readonly workflowId: string
  readonly startMilliseconds: number
  readonly tasks: Map<string, OpenTask>
  completedTasks: number
  failedTasks: number
}

/**
 * Watches runs while they run: those of this process, or with `follow: 'store'` those of all processes.
 *
 * @example
 * const monitor = new LiveMonitor(taskManager)
 * await monitor.start()
 * await taskManager.withRun('nightly-orders', (run) => run.withTask('load', loadOrders))
 * const { activeTasks, completedTasks, failedTasks } = monitor.getStats()
 * await monitor.stop()
 */
export class LiveMonitor implements AsyncIterable<LiveStats> {
  readonly #manager: TaskManager
  readonly #options: LiveMonitorOptions
  readonly #counts: Map<TrackingEvent['type'], number> = new Map()
  readonly #runs: Map<string, OpenRun> = new Map()
  readonly #endedRuns: RateWindow = new RateWindow(RATE_SECONDS)
  readonly #endedTasks: RateWindow = new RateWindow(RATE_SECONDS)
  /** Usual duration by run id. */
  #usual: ReadonlyMap<string, UsualDuration | null> = new Map()
  #usualAt = Number.NEGATIVE_INFINITY
  #stream: EventStream | null = null
  /** Time on the monotonic clock, as are the rates and `#usualAt`. */
  #startedAt = 0
  /** Runs and tasks that ended last: a store may deliver an end before its start. */
  readonly #ended: Set<string> = new Set()
  #stopped: (() => void) | null = null
  /** Error because of which the store cannot be followed any longer. */
  #failure: { readonly error: unknown } | null = null

  /** Throws `TrackingError` `INVALID_OPTIONS`. */
  constructor(taskManager: TaskManager, options: LiveMonitorOptions = {}) {
    this.#manager = taskManager
    this.#options = optionsOf('LiveMonitor', options, LIVE_MONITOR)
  }

  /**
   * Starts watching; what already runs counts as active. Runs of this process are known when it returns, runs of the store
   * when the promise resolves. Throws the errors of the store.
   */
  async start(): Promise<this> {
    if (this.#stream !== null) return this
    this.#startedAt = performance.now()
    const { follow, pollSeconds } = this.#options
    // read the position before the running runs, so that no event between the two is missed
    const position = follow === 'store' ? (await this.#manager.eventsSince()).position : undefined
    this.#stream = new EventStream(this.#manager, { follow, pollSeconds, position })
    this.#stream.on('*', (event) => this.#apply(event))
    this.#stream.onError((error, isFinal) => {
      if (!isFinal)
        return diag.warn('runspan: the store cannot be read; following it resumes when it can be read', error)
      this.#failure = { error }
      this.#stopped?.()
    })
    this.#stream.start()
    await this.#lookAtRunning()
    return this
  }

  async stop(): Promise<void> {
    const stream = this.#stream
    this.#stream = null
    this.#stopped?.()
    await stream?.stop()
  }

  /**
   * Returns the current statistics: all events of this process before the call, or all events that have arrived from the
   * store. Runs no query: usual durations are refreshed in the background, once a minute.
   */
  getStats(): LiveStats {
    this.#stream?.flush()
    const now = Date.now()
    const monotonic = performance.now()
    this.#refreshUsual(monotonic)
    const runs = [...this.#runs.values()].map((run) => this.#liveRun(run, now))
    const oldest = runs
      .flatMap((run) => run.tasks.map((task) => ({ ...task, runId: run.runId })))
      .reduce<LiveStats['oldestTask']>((a, b) => (a === null || b.runningSeconds > a.runningSeconds ? b : a), null)
    const left = runs.flatMap(({ estimatedSecondsLeft }) => estimatedSecondsLeft ?? [])
    const completedTasks = this.#count('task.completed')
    const failedTasks = this.#count('task.failed')
    const ended = completedTasks + failedTasks
    return {
      time: new Date(now),
      activeRuns: runs.length,
      completedRuns: this.#count('run.completed'),
      failedRuns: this.#count('run.failed') + this.#count('run.lost'),
      cancelledRuns: this.#count('run.cancelled'),
      activeTasks: runs.reduce((sum, { tasks }) => sum + tasks.length, 0),
      completedTasks,
      failedTasks,
      skippedTasks: this.#count('task.skipped'),
      cancelledTasks: this.#count('task.cancelled'),
      failureRate: ended === 0 ? null : failedTasks / ended,
      tasksPerSecond: this.#endedTasks.perSecond(monotonic, this.#startedAt),
      runsPerSecond: this.#endedRuns.perSecond(monotonic, this.#startedAt),
      oldestTask: oldest,
      estimatedSecondsLeft: left.length === 0 ? null : Math.max(...left),
      runs,
    }
  }

  /**
   * Yields statistics until `stop()`; starts the monitor if necessary. Throws the error that ends the following of a store.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<LiveStats> {
    await this.start()
    while (this.#stream !== null) {
      if (this.#failure !== null) throw this.#failure.error
      yield this.getStats()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, (this.#options.everySeconds ?? 1) * 1000)
        this.#stopped = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  async #lookAtRunning(): Promise<void> {
    if (this.#options.follow !== 'store') return this.#takeRunning(this.#manager.openRuns())
    const { runs } = await this.#manager.listRuns({ status: 'running', limit: MOST_RUNS })
    for (const run of runs.toReversed()) {
      const tasks = await this.#manager.getTasks(run.runId)
      this.#takeRunning([{ ...run, tasks }])
    }
  }

  #takeRunning(runs: readonly WorkflowRun[]): void {
    for (const { runId, workflowId, startTime, tasks } of runs) {
      if (this.#ended.has(runId)) continue
      const run = this.#open(runId, workflowId, startTime ?? new Date())
      for (const task of tasks) {
        if (task.status === 'completed') run.completedTasks++
        if (task.status === 'failed') run.failedTasks++
        if (isTerminal(task.status) || task.startTime === null || this.#ended.has(`${task.taskId}/${task.attempt}`))
          continue
        const { taskId, nodeId, attempt, progress } = task
        run.tasks.set(taskId, { taskId, nodeId, attempt, startMilliseconds: task.startTime.getTime(), progress })
      }
    }
  }

  #apply(event: TrackingEvent): void {
    this.#counts.set(event.type, this.#count(event.type) + 1)
    if (event.type === 'run.started') {
      if (!this.#ended.has(event.runId)) this.#open(event.runId, event.workflowId, event.time)
    } else if (event.type.startsWith('run.')) {
      this.#runs.delete(event.runId)
      this.#hasEnded(event.runId)
      this.#endedRuns.add(performance.now())
    } else this.#takeTask(event as Extract<TrackingEvent, { readonly taskId: string }>)
  }

  #takeTask(event: Extract<TrackingEvent, { readonly taskId: string }>): void {
    const { taskId, nodeId, attempt } = event
    const run = this.#runs.get(event.runId)
    const known = run?.tasks.get(taskId)
    switch (event.type) {
      case 'task.started':
      case 'task.retried':
        if (this.#ended.has(`${taskId}/${attempt}`) || known !== undefined) return
        run?.tasks.set(taskId, { taskId, nodeId, attempt, startMilliseconds: event.time.getTime(), progress: null })
        return
      case 'task.progress':
        if (known !== undefined) known.progress = { done: event.done, total: event.total, message: event.message }
        return
      case 'metric.threshold':
        return
      default:
        run?.tasks.delete(taskId)
        this.#hasEnded(`${taskId}/${attempt}`)
        if (run !== undefined && event.type === 'task.completed') run.completedTasks++
        if (run !== undefined && event.type === 'task.failed') run.failedTasks++
        this.#endedTasks.add(performance.now())
    }
  }

  #hasEnded(id: string): void {
    this.#ended.add(id)
    if (this.#ended.size > MOST_ENDED) this.#ended.delete(this.#ended.values().next().value!)
  }

  #open(runId: string, workflowId: string, start: Date): OpenRun {
    const known = this.#runs.get(runId)
    if (known !== undefined) return known
    const run = {
      runId,
      workflowId,
      startMilliseconds: start.getTime(),
      tasks: new Map<string, OpenTask>(),
      completedTasks: 0,
      failedTasks: 0,
    }
    this.#runs.set(runId, run)
    return run
  }

  #liveRun(run: OpenRun, now: number): LiveRun {
    const { runId, workflowId, startMilliseconds, completedTasks, failedTasks } = run
    const runningSeconds = Math.max(0, now - startMilliseconds) / 1000
    const usual = this.#usual.get(runId) ?? null
    return {
      runId,
      workflowId,
      startTime: new Date(startMilliseconds),
      runningSeconds,
      completedTasks,
      failedTasks,
      tasks: [...run.tasks.values()].map(({ taskId, nodeId, attempt, progress, ...task }) => ({
        taskId,
        nodeId,
        attempt,
        runningSeconds: Math.max(0, now - task.startMilliseconds) / 1000,
        progress,
      })),
      estimatedSecondsLeft: usual === null ? null : Math.max(0, usual.medianSeconds - runningSeconds),
      longerThanUsual: usual === null ? null : runningSeconds > usual.p95Seconds,
    }
  }

  #count(type: TrackingEvent['type']): number {
    return this.#counts.get(type) ?? 0
  }

  #refreshUsual(now: number): void {
    const runs = [...this.#runs.values()].slice(0, MOST_RUNS)
    const unknown = runs.some(({ runId }) => !this.#usual.has(runId))
    if (runs.length === 0 || now - this.#usualAt < (unknown ? 5000 : USUAL_AGE_MS)) return
    this.#usualAt = now
    const asked = runs.map(({ workflowId, startMilliseconds }) => ({
      workflow: workflowId,
      startTime: new Date(startMilliseconds),
    }))
    this.#manager.getUsualDurations(asked).then(
      (usual) => (this.#usual = new Map(runs.map(({ runId }, i) => [runId, usual[i] ?? null]))),
      () => undefined, // the caller that asks the store for events receives its errors
    )
  }
}
