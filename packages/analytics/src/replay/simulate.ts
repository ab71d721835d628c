import { hadEnded, type PathTask } from './critical-path.ts'
import { declaredFor } from './declared-dependencies.ts'
import { Heap } from './heap.ts'

/** A run that can be replayed. Tasks in the order in which they started; times in seconds after the run's start. */
export interface Replay {
  readonly nodes: readonly string[]
  readonly durations: readonly number[]
  /** Positions of the tasks that each task waits for; all come before it. */
  readonly predecessors: readonly (readonly number[])[]
  /**
   * Time between the last end of its dependencies, or the run's start, and its own start; negative if clocks disagree.
   */
  readonly waits: readonly number[]
  readonly retries: readonly boolean[]
  /** True if dependencies of some tasks at least were inferred from times, because those declared none. */
  readonly inferred: boolean
}

/**
 * Returns a replay. A retry waits for the previous attempt, other tasks for their declared dependencies. If no or only some
 * tasks declare any, one that does not waits for the one that ended last before it started. With its own observed waits the
 * replay is exact. A task inside another is a part of that one.
 */
export function replayOf(tasks: readonly PathTask[], runStart: number): Replay {
  const sorted = tasks
    .filter((task) => task.parentTaskId === undefined)
    .toSorted((a, b) => a.start - b.start || a.attempt - b.attempt || (a.taskId < b.taskId ? -1 : 1))
  const known = declaredFor(sorted)
  const times = known === 'all' ? [] : byTime(sorted)
  const predecessors =
    known === 'none' ? times : declared(sorted).map((found, i) => (found.length > 0 ? found : (times[i] ?? [])))
  return {
    nodes: sorted.map(({ nodeId }) => nodeId),
    durations: sorted.map(({ start, end }) => end - start),
    predecessors,
    waits: sorted.map(({ start }, i) => start - latest(predecessors[i]!, (j) => sorted[j]!.end, runStart)),
    retries: sorted.map(({ attempt }) => attempt > 1),
    inferred: known !== 'all',
  }
}

function declared(sorted: readonly PathTask[]): number[][] {
  const before = new Map<string, number[]>()
  return sorted.map((task, i) => {
    const own = before.get(task.nodeId) ?? []
    const earlier = task.attempt > 1 ? own.filter((j) => sorted[j]!.attempt === task.attempt - 1) : []
    const found = earlier.length > 0 ? earlier : task.dependencies.flatMap((node) => before.get(node) ?? [])
    if (own.length === 0) before.set(task.nodeId, own)
    own.push(i)
    return found
  })
}

function byTime(sorted: readonly PathTask[]): number[][] {
  const byEnd = sorted.map((_, i) => i).sort((a, b) => sorted[a]!.end - sorted[b]!.end || a - b)
  return sorted.map(({ start }, i) => {
    let [low, high] = [0, byEnd.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (hadEnded(sorted[byEnd[middle]!]!.end, start)) low = middle + 1
      else high = middle
    }
    // within the tolerance a task that started later may have ended
    let at = low - 1
    while (at >= 0 && byEnd[at]! >= i) at--
    return at < 0 ? [] : [byEnd[at]!]
  })
}

function latest(positions: readonly number[], endOf: (j: number) => number, otherwise: number): number {
  let found = -Infinity
  for (const j of positions) found = Math.max(found, endOf(j))
  return positions.length === 0 ? otherwise : found
}

/** Returns durations with one task k times as fast; at `Infinity` it takes no time. */
export function faster({ nodes, durations }: Replay, nodeId: string, speedup: number): number[] {
  return durations.map((duration, i) => (nodes[i] === nodeId ? duration / speedup : duration))
}

/** Returns when the last task ends, in seconds after the run's start, with these durations and the observed waits. */
export function replayed({ predecessors, waits }: Replay, durations: readonly number[]): number {
  const ends: number[] = []
  for (const [i, duration] of durations.entries())
    ends.push(latest(predecessors[i]!, (j) => ends[j]!, 0) + waits[i]! + duration)
  return ends.reduce((a, b) => Math.max(a, b), 0)
}

/**
 * Same as `replayed` with a number of workers, by Graham's list scheduling: in order of readiness, each on the worker that is
 * free first. Of the observed waits only the pauses before retries are kept; the simulation produces the others.
 */
export function scheduled(replay: Replay, durations: readonly number[], workers: number): number {
  const pauses = replay.waits.map((wait, i) => (replay.retries[i] === true ? Math.max(0, wait) : 0))
  return listSchedule(replay.predecessors, durations, pauses, workers)
}

/**
 * List scheduling: a task is ready `pauses[i]` after all its predecessors; first ready, first served, ties by position.
 */
export function listSchedule(
  predecessors: readonly (readonly number[])[],
  durations: readonly number[],
  pauses: readonly number[],
  workers: number,
): number {
  const ends: number[] = []
  const followers = predecessors.map((): number[] => [])
  for (const [i, list] of predecessors.entries()) for (const j of list) followers[j]!.push(i)
  const missing = predecessors.map(({ length }) => length)
  const free = new Heap<number>((a, b) => a - b)
  for (let i = Math.max(1, Math.min(workers, durations.length)); i > 0; i--) free.push(0)
  const ready = new Heap<{ readonly i: number; readonly at: number }>((a, b) => a.at - b.at || a.i - b.i)
  for (const [i, count] of missing.entries()) if (count === 0) ready.push({ i, at: pauses[i]! })
  let last = 0
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    const { i, at } = next
    const end = Math.max(at, free.pop()!) + durations[i]!
    ends[i] = end
    free.push(end)
    last = Math.max(last, end)
    for (const j of followers[i]!) {
      missing[j]!--
      if (missing[j] === 0) ready.push({ i: j, at: latest(predecessors[j]!, (p) => ends[p]!, 0) + pauses[j]! })
    }
  }
  return last
}
