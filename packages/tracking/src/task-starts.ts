import { SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names } from '@runspan/model'

import type { RunState, TaskState } from './open-state.ts'
import { taskRecordAttributes } from './task-record.ts'

/** Seconds after which an open task records its start. Most tasks end earlier and need no record. */
export const OPEN_TASK_SECONDS = 1

/**
 * Visits the tasks of a run once, in the order they were started; revisits only those that were pending or too young.
 */
export class TaskStarts {
  /** Tasks before this index in `run.tasks` are handled, or are in `later`. */
  #next = 0
  #later: TaskState[] = []
  readonly #told: WeakSet<TaskState> = new WeakSet()

  /**
   * Emits the start of each task that was opened at `latest` (milliseconds of `performance.now()`) or before.
   * Throws the errors of the SDK.
   */
  emit(run: RunState, latest: number): void {
    const { tasks } = run
    while (this.#next < tasks.length) this.#later.push(tasks[this.#next++]!)
    if (this.#later.length > 0) this.#later = this.#later.filter((task) => !this.#deal(task, latest))
    for (const task of run.tasksBeyond) if (!this.#told.has(task) && this.#deal(task, latest)) this.#told.add(task)
  }

  /** Returns false if the task must be visited again. */
  #deal(task: TaskState, latest: number): boolean {
    if (task.status === 'pending') return false
    if (task.status !== 'running' || !task.span.isRecording()) return true
    if (task.startedAt > latest) return false
    const { run } = task
    run.core.logger.emit({
      eventName: names.EVENT_TASK_STARTED,
      timestamp: task.startMilliseconds,
      severityNumber: SeverityNumber.INFO,
      attributes: taskRecordAttributes(task),
      context: task.context,
    })
    return true
  }
}
