import type { Task, WorkflowRun } from '@runspan/model'

import { countLoss } from './losses.ts'
import type { RunState } from './open-state.ts'
import { type Checked, matches, type RunFilter, type RunPage, type TaskHistoryFilter } from './run-reader.ts'
import { snapshotRun, snapshotTask, snapshotTasks } from './snapshot.ts'
import { TrackingError } from './tracking-error.ts'

const MOST_OPEN_RUNS = 10_000
/** Maximum ended runs in memory without a reader. */
const MOST_ENDED_RUNS = 1000
/**
 * Maximum ended runs in memory with a reader: keeping more would cost more garbage collection than the tracking itself.
 */
const MOST_ENDED_RUNS_BESIDE_READER = 20
/** Approximate maximum memory of ended runs. */
const ENDED_BYTES: number = 64 * 1024 * 1024

const RUN_BYTES = 3000
const TASK_BYTES = 1000

/** Open runs of this process, and the last that ended. */
export class RunMemory {
  readonly #open: Map<string, RunState> = new Map()
  readonly #ended: Map<string, RunState> = new Map()
  readonly #mostEnded: number
  #endedBytes = 0

  constructor(hasReader: boolean) {
    this.#mostEnded = hasReader ? MOST_ENDED_RUNS_BESIDE_READER : MOST_ENDED_RUNS
  }

  opened(run: RunState): void {
    this.#forget(run.runId)
    this.#open.set(run.runId, run)
    if (this.#open.size <= MOST_OPEN_RUNS) return
    this.#open.delete(first(this.#open))
    countLoss(
      'in-memory-run-forgotten',
      `over ${MOST_OPEN_RUNS} runs are open: the oldest cannot be read from memory; are runs left unended?`,
    )
  }

  ended(run: RunState): void {
    if (this.#open.get(run.runId) !== run) return
    this.#open.delete(run.runId)
    this.#ended.set(run.runId, run)
    this.#endedBytes += bytesOf(run)
    while (this.#ended.size > this.#mostEnded || (this.#endedBytes > ENDED_BYTES && this.#ended.size > 1)) {
      this.#forget(first(this.#ended))
    }
  }

  /** Returns the run if it is open in this process. */
  openRun(runId: string): RunState | undefined {
    return this.#open.get(runId)
  }

  /** Returns the open runs with their tasks, newest first. */
  openRuns(): readonly WorkflowRun[] {
    return [...this.#open.values()].map((run) => snapshotRun(run, snapshotTasks(run))).sort(newestFirst)
  }

  /** Returns the attempts of one task in the runs of this process, newest first, without those that have no start. */
  listTasks(filter: Checked<TaskHistoryFilter>): readonly Task[] {
    const { nodeId, from, to, limit } = filter
    return [...this.#open.values(), ...this.#ended.values()]
      .filter((run) => run.workflowId === filter.workflow)
      .flatMap((run) => [...run.tasks, ...run.tasksBeyond])
      .filter((task) => task.nodeId === nodeId && task.startMilliseconds >= (from?.getTime() ?? 0))
      .filter((task) => to === undefined || task.startMilliseconds < to.getTime())
      .sort((a, b) => b.startMilliseconds - a.startMilliseconds)
      .slice(0, limit)
      .map(snapshotTask)
  }

  getRun(runId: string): WorkflowRun | null {
    const run = this.#find(runId)
    return run === undefined ? null : snapshotRun(run, snapshotTasks(run))
  }

  getTasks(runId: string): readonly Task[] {
    const run = this.#find(runId)
    return run === undefined ? [] : snapshotTasks(run)
  }

  getTask(taskId: string): Task | null {
    // pending tasks have no id yet
    if (taskId === '') return null
    for (const runs of [this.#open, this.#ended]) {
      for (const run of runs.values()) {
        const task = run.tasks.find((one) => one.taskId === taskId)
        if (task !== undefined) return snapshotTask(task)
      }
    }
    return null
  }

  /** Returns the matching runs, newest first, without their tasks. */
  find(filter: Omit<Checked<RunFilter>, 'limit'>): readonly WorkflowRun[] {
    return [...this.#open.values(), ...this.#ended.values()]
      .map((run) => snapshotRun(run, []))
      .filter((run) => matches(run, filter))
      .sort(newestFirst)
  }

  /** Returns a page of matching runs, for a TaskManager without a reader. */
  listRuns(filter: Checked<RunFilter>): RunPage {
    const found = this.find(filter)
    const from = filter.cursor === undefined ? 0 : indexAfter(found, filter.cursor)
    const runs = found.slice(from, from + filter.limit)
    const last = runs.at(-1)
    const more = last !== undefined && from + runs.length < found.length
    return { runs, nextCursor: more ? `${last.startTime?.getTime() ?? 0}:${last.runId}` : null }
  }

  #find(runId: string): RunState | undefined {
    return this.#open.get(runId) ?? this.#ended.get(runId)
  }

  #forget(runId: string): void {
    const run = this.#ended.get(runId)
    if (run === undefined) return
    this.#ended.delete(runId)
    this.#endedBytes -= bytesOf(run)
  }
}

function first(runs: ReadonlyMap<string, RunState>): string {
  for (const runId of runs.keys()) return runId
  return ''
}

function bytesOf(run: RunState): number {
  return RUN_BYTES + 2 * run.metadataLength + TASK_BYTES * run.tasks.length + 2 * run.errorLength
}

/**
 * Compares runs by start, newest first. Of equal starts the greater id comes first, so that the order is the same on every
 * page.
 */
export function newestFirst(a: WorkflowRun, b: WorkflowRun): number {
  const later = (b.startTime?.getTime() ?? 0) - (a.startTime?.getTime() ?? 0)
  if (later !== 0) return later
  return a.runId < b.runId ? 1 : -1
}

function indexAfter(runs: readonly WorkflowRun[], cursor: string): number {
  const parts = /^(\d+):(.+)$/s.exec(cursor)
  if (parts === null) throw new TrackingError('INVALID_FILTER', 'cursor must be the nextCursor of the previous page.')
  const start = Number(parts[1])
  const runId = parts[2] ?? ''
  const index = runs.findIndex((run) => {
    const time = run.startTime?.getTime() ?? 0
    return time < start || (time === start && run.runId < runId)
  })
  return index === -1 ? runs.length : index
}
