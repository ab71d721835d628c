import type { TaskRow, TaskStatus } from '@runspan/model'

/** One task with all its attempts. */
export interface Chain {
  readonly nodeId: string
  readonly attempts: readonly TaskRow[]
  /** Status of the last attempt. */
  readonly status: TaskStatus
  /** Seconds after the run's start. */
  readonly start: number
  readonly end: number
  readonly onPath: boolean
}

/** Tasks that share a name, `load[0] … load[7]`, or one task. */
export interface Group {
  readonly name: string
  readonly chains: readonly Chain[]
}

/** Groups attempts into tasks: a first attempt starts a task, a retry belongs to the previous attempt. */
export function taskChains(
  rows: readonly TaskRow[],
  path: ReadonlySet<string>,
  secondsSinceStart: (iso: string) => number,
): Chain[] {
  const open = new Map<string, TaskRow[]>()
  const chains: TaskRow[][] = []
  for (const row of rows.toSorted((a, b) =>
    a.startTime < b.startTime ? -1 : a.startTime > b.startTime ? 1 : a.attempt - b.attempt,
  )) {
    const known = open.get(row.nodeId)
    if (row.attempt > 1 && known !== undefined) known.push(row)
    else {
      const chain = [row]
      open.set(row.nodeId, chain)
      chains.push(chain)
    }
  }
  return chains.map((attempts) => {
    const first = attempts[0]!
    const last = attempts.at(-1)!
    const lastStart = secondsSinceStart(last.startTime)
    return {
      nodeId: first.nodeId,
      attempts,
      status: last.status,
      start: secondsSinceStart(first.startTime),
      end: lastStart + (last.durationSeconds ?? 0),
      onPath: attempts.some(
        ({ taskId, attempt, nodeId }) => path.has(`${taskId} ${nodeId} ${attempt}`) || path.has(taskId),
      ),
    }
  })
}

/** Returns the name that tasks of one kind share: without the index in brackets. */
export function baseName(nodeId: string): string {
  return /^(.+)\[[^\]]*\]$/.exec(nodeId)?.[1] ?? nodeId
}

/** Returns tasks by shared name, in the order in which the first of each started. */
export function groups(chains: readonly Chain[]): Group[] {
  const byName = new Map<string, Chain[]>()
  for (const chain of chains) {
    const name = baseName(chain.nodeId)
    const group = byName.get(name)
    if (group === undefined) byName.set(name, [chain])
    else group.push(chain)
  }
  return [...byName].map(([name, list]) => ({ name, chains: list }))
}

/** Returns how many of some tasks ran at once in each step of the run. */
export function concurrencyOverTime(
  chains: readonly Chain[],
  seconds: number,
  steps: number,
): { readonly levels: number[]; readonly peak: number } {
  const width = seconds / steps
  const levels = Array.from({ length: steps }, (_, i) => {
    const from = i * width
    return chains.filter(({ start, end, status }) => status !== 'skipped' && start < from + width && end >= from).length
  })
  return { levels, peak: peakOf(chains.filter(({ status }) => status !== 'skipped')) }
}

/** Returns the maximum that ran at once: at each start, those started minus those ended. */
function peakOf(ran: readonly Chain[]): number {
  const starts = ran.map(({ start }) => start).toSorted((x, y) => x - y)
  const ends = ran.map(({ end }) => end).toSorted((x, y) => x - y)
  let ended = 0
  let peak = ran.length > 0 ? 1 : 0
  starts.forEach((start, i) => {
    while (ended < ends.length && ends[ended]! <= start) ended++
    peak = Math.max(peak, i + 1 - ended)
  })
  return peak
}
