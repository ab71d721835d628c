import { groupBy } from '../statistics/group-by.ts'
import { declaredFor } from './declared-dependencies.ts'

/** An ended attempt; times in seconds since any origin. */
export interface PathTask {
  readonly taskId: string
  readonly nodeId: string
  readonly attempt: number
  readonly start: number
  readonly end: number
  readonly dependencies: readonly string[]
  /** The task inside which it ran, if any. */
  readonly parentTaskId?: string | undefined
  /** True if it did not run: it has no length, but later tasks waited for it. */
  readonly skipped?: boolean | undefined
}

/** A sampled run with its attempts. Times in seconds after its first task started. */
export interface SampledRun {
  readonly runId: string
  readonly tasks: readonly PathTask[]
}

/** A step of the critical path: how long it waited after the previous step, and how long it ran. */
export interface PathStep {
  readonly taskId: string
  readonly nodeId: string
  readonly selfSeconds: number
  readonly waitSeconds: number
}

interface NumberedStep extends PathStep {
  readonly attempt: number
}

export interface CriticalPath {
  readonly steps: readonly NumberedStep[]
  /**
   * Seconds between the end of the last task and the end of the run. Steps plus tail, minus skew, are the run's duration.
   */
  readonly tailSeconds: number
  /** Waits that would be negative, because clocks disagree: 0 in the steps and summed here. */
  readonly skewSeconds: number
  /** Whether the path follows declared dependencies, times, or both because some tasks declare none. */
  readonly method: 'dependencies' | 'time' | 'mixed'
}

/**
 * Returns the chain of attempts that decided the run's duration, first to last.
 * With declared dependencies (critical path method) it goes from the attempt that ended last to the dependency that ended
 * last, and from a retry to the previous attempt. An attempt without declared dependencies is handled as below. Without, it
 * goes backwards to the last attempt that ended before the cursor, like the walks of Jaeger UI and Uber's CRISP. Tasks inside
 * a task take their part of its time, level by level.
 */
export function criticalPath(tasks: readonly PathTask[], runStart: number, runEnd: number): CriticalPath {
  const inside = nested(tasks)
  const top = inside.size === 0 ? tasks : tasks.filter((task) => !inside.isChild(task))
  const declared = declaredFor(top)
  const sorted = top.toSorted(latestFirst)
  const path =
    declared !== 'none'
      ? byDependencies(sorted, declared === 'some')
      : byTime(sorted.filter(({ skipped }) => skipped !== true))
  let cursor = runStart
  let skewSeconds = 0
  const steps: NumberedStep[] = []
  for (const task of path.reverse()) {
    if (task.skipped === true) continue
    const gap = task.start - cursor
    skewSeconds += Math.max(0, -gap)
    steps.push(...stepsOf(task, Math.max(0, gap), task.start, task.end, inside))
    cursor = task.end
  }
  const tail = runEnd - cursor
  skewSeconds += Math.max(0, -tail)
  return { steps, tailSeconds: Math.max(0, tail), skewSeconds, method: METHODS[declared] }
}

const METHODS = { all: 'dependencies', some: 'mixed', none: 'time' } as const

/** Maximum overlap of back-to-back tasks by their clocks. */
const TOLERANCE_SECONDS = 0.001

/** Returns whether something that ended at a time had ended when something else started. */
export function hadEnded(end: number, start: number): boolean {
  return nanoseconds(end - start) <= nanoseconds(TOLERANCE_SECONDS)
}

/** Returns seconds as nanoseconds to compare: sums of seconds that should be equal differ in their last digits. */
function nanoseconds(seconds: number): number {
  return Math.round(seconds * 1e9)
}

/** Compares by end, latest first; of equal ends the one that started last comes first. */
function latestFirst(a: PathTask, b: PathTask): number {
  return (
    nanoseconds(b.end) - nanoseconds(a.end) ||
    nanoseconds(b.start) - nanoseconds(a.start) ||
    (a.taskId < b.taskId ? -1 : 1)
  )
}

function byDependencies(sorted: readonly PathTask[], orByTime: boolean): PathTask[] {
  const latest = new Map<string, PathTask>()
  const attempts = new Map<string, PathTask>()
  for (const task of sorted) {
    if (!latest.has(task.nodeId)) latest.set(task.nodeId, task)
    const key = `${task.attempt} ${task.nodeId}`
    if (!attempts.has(key)) attempts.set(key, task)
  }
  const path: PathTask[] = []
  const visited = new Set<PathTask>()
  let task = sorted.find(({ skipped }) => skipped !== true)
  while (task !== undefined && !visited.has(task)) {
    visited.add(task)
    path.push(task)
    const earlier: PathTask | undefined =
      task.attempt > 1 ? attempts.get(`${task.attempt - 1} ${task.nodeId}`) : undefined
    task =
      earlier ??
      task.dependencies
        .map((node) => latest.get(node))
        .filter((found) => found !== undefined)
        .sort(latestFirst)[0] ??
      (orByTime ? endedBefore(task, sorted) : undefined)
  }
  return path
}

/** Returns the last task that had ended when a task started. */
function endedBefore(task: PathTask, sorted: readonly PathTask[]): PathTask | undefined {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (hadEnded(sorted[middle]!.end, task.start)) high = middle
    else low = middle + 1
  }
  // within the tolerance a task that started later may have ended
  for (let i = low; i < sorted.length; i++) {
    const found = sorted[i]!
    if (found.skipped !== true && found.start < task.start) return found
  }
  return undefined
}

function byTime(sorted: readonly PathTask[]): PathTask[] {
  const path: PathTask[] = []
  let cursor = Infinity
  for (const task of sorted) {
    if (hadEnded(task.end, cursor) && task.start < cursor) {
      path.push(task)
      cursor = task.start
    }
  }
  return path
}

interface Nested {
  readonly size: number
  isChild(task: PathTask): boolean
  childrenOf(task: PathTask): readonly PathTask[]
}

/**
 * Returns which tasks ran inside which. Attempts may share an id: a task belongs to the last of them that had started.
 */
function nested(tasks: readonly PathTask[]): Nested {
  const children = new Map<PathTask, PathTask[]>()
  const parents = new Map<PathTask, PathTask>()
  if (tasks.some(({ parentTaskId }) => parentTaskId !== undefined)) {
    const byId = groupBy(tasks, ({ taskId }) => taskId)
    for (const task of tasks) {
      if (task.parentTaskId === undefined || task.parentTaskId === task.taskId) continue
      const candidates = (byId.get(task.parentTaskId) ?? []).toSorted((a, b) => b.start - a.start)
      const parent = candidates.find(({ start }) => start <= task.start) ?? candidates.at(-1)
      if (parent === undefined || hasAncestor(parent, task, parents)) continue
      parents.set(task, parent)
      const siblings = children.get(parent)
      if (siblings === undefined) children.set(parent, [task])
      else siblings.push(task)
    }
  }
  return {
    size: parents.size,
    isChild: (task) => parents.has(task),
    childrenOf: (task) => children.get(task) ?? [],
  }
}

function hasAncestor(task: PathTask, ancestor: PathTask, parents: ReadonlyMap<PathTask, PathTask>): boolean {
  for (let at: PathTask | undefined = task; at !== undefined; at = parents.get(at)) if (at === ancestor) return true
  return false
}

/**
 * Walks a task from `from` to `to`, and the tasks inside it. Children that exceed their parent are cut, those outside are
 * dropped.
 */
function stepsOf(task: PathTask, waitSeconds: number, from: number, to: number, inside: Nested): NumberedStep[] {
  const clipped = new Map<PathTask, PathTask>()
  for (const child of inside.childrenOf(task)) {
    const start = Math.max(child.start, from)
    const end = Math.min(child.end, to)
    if (child.skipped !== true && end > start) clipped.set({ ...child, start, end }, child)
  }
  const path = byTime([...clipped.keys()].sort(latestFirst)).reverse()
  let cursor = from
  const steps: NumberedStep[] = []
  let within = 0
  for (const part of path) {
    const start = Math.max(part.start, cursor)
    if (part.end <= start) continue
    within += part.end - start
    steps.push(...stepsOf(clipped.get(part)!, 0, start, part.end, inside))
    cursor = part.end
  }
  const { taskId, nodeId, attempt } = task
  return [{ taskId, nodeId, attempt, selfSeconds: to - from - within, waitSeconds }, ...steps]
}
