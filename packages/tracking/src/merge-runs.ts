import { isTerminal, type Task, type WorkflowRun } from '@runspan/model'

import { newestFirst, type RunMemory } from './run-memory.ts'
import { type Checked, matches, type RunFilter, type RunPage } from './run-reader.ts'

/** Merges a run as a store and as this process know it. An end wins; otherwise this process's version wins. */
export function mergeRun(read: WorkflowRun | null, own: WorkflowRun | null): WorkflowRun | null {
  if (read === null || own === null) return read ?? own
  if (isTerminal(read.status)) return read
  return { ...own, tasks: mergeTasks(read.tasks, own.tasks) }
}

/**
 * Merges the tasks of both, in order of their start. For the same task the ended version wins, otherwise this process's.
 */
export function mergeTasks(read: readonly Task[], own: readonly Task[]): readonly Task[] {
  const merged = new Map<string, Task>()
  const pending: Task[] = []
  for (const task of [...read, ...own]) {
    const known = merged.get(task.taskId)
    if (task.taskId === '') pending.push(task)
    else if (known === undefined || !isTerminal(known.status)) merged.set(task.taskId, task)
  }
  const begun = [...merged.values()].sort((a, b) => (a.startTime?.getTime() ?? 0) - (b.startTime?.getTime() ?? 0))
  return [...begun, ...pending]
}

/** Returns the reader's first page, updated with the runs of this process. */
export function mergePage(page: RunPage, memory: RunMemory, filter: Checked<RunFilter>): RunPage {
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
