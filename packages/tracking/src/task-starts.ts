import { SeverityNumber } from '@opentelemetry/api-logs'
import { attributes as names } from '@runspan/model'

import type { RunState, TaskState } from './open-state.ts'
import { taskRecordAttributes } from './task-record.ts'

/** A task that is still open after this long says that it has begun: most end before, and are spared the record. */
export const OPEN_TASK_SECONDS = 1

/** Looks through the tasks of a run once, in the order they were opened; asks again only for those that were pending or too young. */
export class TaskStarts {
  /** Tasks before this place in `run.tasks` are dealt with, or among the `later`. */
  #next = 0
  #later: TaskState[] = []
  readonly #told: WeakSet<TaskState> = new WeakSet()

  /** Emits the start of each task that has been open since `latest`, milliseconds of `performance.now()`, or longer. Throws what the SDK throws. */
  emit(run: RunState, latest: number): void {
    const { tasks } = run
    while (this.#next < tasks.length) this.#later.push(tasks[this.#next++]!)
    if (this.#later.length > 0) this.#later = this.#later.filter((task) => !this.#deal(task, latest))
    for (const task of run.tasksBeyond) if (!this.#told.has(task) && this.#deal(task, latest)) this.#told.add(task)
  }

  /** False for a task to be asked again. */
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
