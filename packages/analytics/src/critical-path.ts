/** An ended attempt, times in seconds since any origin. */
export interface PathTask {
  readonly taskId: string
  readonly nodeId: string
  readonly attempt: number
  readonly start: number
  readonly end: number
  readonly dependencies: readonly string[]
}

/** A step of the critical path: how long it waited after what came before, and how long it ran. */
export interface PathStep {
  readonly taskId: string
  readonly nodeId: string
  readonly selfSeconds: number
  readonly waitSeconds: number
}

export interface CriticalPath {
  readonly steps: readonly PathStep[]
  /** Seconds between the end of the last task and the end of the run. Steps and tail add up to the run's duration. */
  readonly tailSeconds: number
  /** Whether declared dependencies led the way, or only the times. */
  readonly method: 'dependencies' | 'time'
}

/** Clocks of back-to-back tasks may overlap by this much. */
const TOLERANCE_SECONDS = 0.001

/**
 * The chain of attempts that decided how long the run took, first to last. With declared dependencies (critical path method): from the attempt that
 * ended last to the dependency that ended last, a retry to the attempt before. Without: backwards to the last attempt that ended before the
 * cursor, as the walks of Jaeger UI and Uber's CRISP do. Negative waits, from clocks that disagree, count as 0.
 */
export function criticalPath(tasks: readonly PathTask[], runStart: number, runEnd: number): CriticalPath {
  const known = tasks.some(({ dependencies }) => dependencies.length > 0)
  const method = known ? 'dependencies' : 'time'
  // latest end first; of equal ends the one that began last
  const sorted = [...tasks].sort((a, b) => b.end - a.end || b.start - a.start || (a.taskId < b.taskId ? -1 : 1))
  const path = (known ? byDependencies(sorted) : byTime(sorted)).reverse()
  let cursor = runStart
  const steps = path.map((task): PathStep => {
    const waitSeconds = Math.max(0, task.start - cursor)
    cursor = task.end
    return { taskId: task.taskId, nodeId: task.nodeId, selfSeconds: task.end - task.start, waitSeconds }
  })
  return { steps, tailSeconds: Math.max(0, runEnd - cursor), method }
}

function byDependencies(sorted: readonly PathTask[]): PathTask[] {
  const path: PathTask[] = []
  const visited = new Set<PathTask>()
  let task = sorted[0]
  while (task !== undefined && !visited.has(task)) {
    visited.add(task)
    path.push(task)
    const current: PathTask = task
    task =
      current.attempt > 1
        ? sorted.find(({ nodeId, attempt }) => nodeId === current.nodeId && attempt === current.attempt - 1)
        : sorted.find(({ nodeId }) => current.dependencies.includes(nodeId))
  }
  return path
}

function byTime(sorted: readonly PathTask[]): PathTask[] {
  const path: PathTask[] = []
  let cursor = Infinity
  for (const task of sorted) {
    if (task.end <= cursor + TOLERANCE_SECONDS && task.start < cursor) {
      path.push(task)
      cursor = task.start
    }
  }
  return path
}
