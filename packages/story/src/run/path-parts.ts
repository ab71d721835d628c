import { baseName } from '@runspan/analytics'

import { name, names, type Prose } from '../words/prose.ts'
import type { ToldStory } from './run-story.ts'

/** A part of the run's time on the critical path: the parts add up to the run's duration. */
export interface PathPart {
  readonly what: Prose
  readonly seconds: number
  readonly isWait: boolean
}

/** Returns the critical path by task, largest first, with all waiting as one part. */
export function pathParts({ run, path, isOver, chains }: ToldStory): PathPart[] {
  const byNode = new Map<string, number>()
  let waiting = 0
  let tail = 0
  for (const { chain, from, start, end } of path) {
    if (chain === null) tail += end - from
    else {
      byNode.set(chain.nodeId, (byNode.get(chain.nodeId) ?? 0) + end - start)
      waiting += start - from
    }
  }
  const open = chains.filter(({ status }) => status === 'running' || status === 'lost').map(({ nodeId }) => nodeId)
  const parts: PathPart[] = [
    ...[...byNode].map(([nodeId, seconds]) => ({ what: [name(nodeId)], seconds, isWait: false })),
    { what: ['Waiting'], seconds: waiting, isWait: true },
    {
      what:
        isOver || open.length === 0
          ? ['After the last task']
          : [run.status === 'lost' ? 'In what was not seen to end, ' : 'In what still runs, ', ...names(open, 2)],
      seconds: tail,
      isWait: false,
    },
  ]
  return run.durationSeconds > 0
    ? parts.filter(({ seconds }) => seconds > 0).toSorted((a, b) => b.seconds - a.seconds)
    : []
}

function afterLast(status: string, isOver: boolean): string {
  if (isOver) return 'after the last task'
  return status === 'lost' ? 'not seen to end' : 'still running'
}

/** A row of the table under the strip. */
export interface PathRow {
  /** Name of the task, or of those that share it. */
  readonly name: string
  readonly isTask: boolean
  readonly waitSeconds: number
  readonly ranSeconds: number
  readonly failed: boolean
  /** Share of the run's duration, 0–1. */
  readonly share: number
}

/**
 * Returns the critical path by shared name, largest share first; with the time after the last task they add up to the
 * duration.
 */
export function pathRows({ run, path, isOver }: ToldStory): PathRow[] {
  const rows = new Map<
    string,
    { name: string; isTask: boolean; waitSeconds: number; ranSeconds: number; failed: boolean }
  >()
  for (const { chain, failed, from, start, end } of path) {
    const label = chain === null ? afterLast(run.status, isOver) : baseName(chain.nodeId)
    const key = `${chain === null} ${label}`
    const row = rows.get(key) ?? { name: label, isTask: chain !== null, waitSeconds: 0, ranSeconds: 0, failed: false }
    row.waitSeconds += start - from
    row.ranSeconds += end - start
    row.failed ||= failed
    rows.set(key, row)
  }
  const total = Math.max(run.durationSeconds, 1e-12)
  return [...rows.values()]
    .map((row) => ({ ...row, share: (row.waitSeconds + row.ranSeconds) / total }))
    .toSorted((a, b) => b.share - a.share)
}
