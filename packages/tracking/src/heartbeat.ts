import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names, HEARTBEAT_SECONDS } from '@runspan/model'

import { countLoss } from './losses.ts'
import type { RunState } from './open-state.ts'
import { emitProgress } from './progress.ts'
import { OPEN_TASK_SECONDS, TaskStarts } from './task-starts.ts'
import { sdkThrew } from './tracking-core.ts'

const TICK_SECONDS = 1
/** Limit of watched runs, so that runs that never end cannot fill the memory. */
const MOST_RUNS = 100_000

/** When a run's next heartbeat is due, and which of its tasks have recorded their start. */
interface Alive {
  /** Time on the monotonic clock. */
  dueMilliseconds: number
  readonly starts: TaskStarts
}

/** Runs in the order of their due time: a run that has sent its heartbeat moves to the end. */
const alive: Map<RunState, Alive> = new Map()
let timer: NodeJS.Timeout | undefined

/**
 * Emits a heartbeat of the run every 30 s from now on, with its open tasks and their progress. One timer serves all runs of
 * the process; without runs there is no timer. Runs that started at different times emit at different times.
 */
export function startHeartbeat(run: RunState): void {
  if (alive.size >= MOST_RUNS) {
    countLoss('in-memory-run-forgotten', `over ${MOST_RUNS} runs are open: the newest send no heartbeats`)
    return
  }
  alive.set(run, { dueMilliseconds: run.startedAt + HEARTBEAT_SECONDS * 1000, starts: new TaskStarts() })
  timer ??= setInterval(tick, TICK_SECONDS * 1000).unref()
}

export function stopHeartbeat(run: RunState): void {
  if (!alive.delete(run) || alive.size > 0) return
  clearInterval(timer)
  timer = undefined
}

function tick(): void {
  const now = performance.now()
  guarded(emitProgress)
  for (const [run, { starts }] of alive) guarded(() => starts.emit(run, now - OPEN_TASK_SECONDS * 1000))
  for (const [run, life] of alive) {
    if (life.dueMilliseconds > now) break
    alive.delete(run)
    alive.set(run, { ...life, dueMilliseconds: now + HEARTBEAT_SECONDS * 1000 })
    guarded(() => beat(run))
  }
}

function guarded(emit: () => void): void {
  try {
    emit()
  } catch (error) {
    sdkThrew(error)
  }
}

function beat(run: RunState): void {
  run.core.logger.emit({
    eventName: names.EVENT_RUN_HEARTBEAT,
    severityNumber: SeverityNumber.DEBUG,
    attributes: { [names.WORKFLOW_NAME]: run.workflowId, [names.WORKFLOW_RUN_ID]: run.runId } as AnyValueMap,
    context: run.context,
  })
}
