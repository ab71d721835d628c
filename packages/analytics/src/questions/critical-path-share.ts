import type { ClickHouse } from '@runspan/clickhouse'

import { criticalPath } from '../replay/critical-path.ts'
import type { SampledRun } from '../replay/critical-path.ts'
import type { Range } from '../sql/run-rows.ts'
import { sampleRuns } from '../sql/run-sample.ts'

/** A task's share of the critical path, 0–1, over some runs. */
export interface PathShare {
  readonly nodeId: string
  readonly share: number
  /** Seconds on the path: running, and waiting before. */
  readonly selfSeconds: number
  readonly waitSeconds: number
}

/**
 * Returns shares of the critical path by task, largest first, over about 1,000 runs of a workflow, the latest of the range. A
 * path leads from the first task's start to the last one's end, over the ended attempts of any run. Throws `ClickHouseError`.
 */
export async function criticalPathShare(
  clickhouse: ClickHouse,
  range: Range & { readonly workflow: string },
): Promise<PathShare[]> {
  return pathShares(await sampleRuns(clickhouse, range))
}

/** Returns the same for runs that are already read. */
export function pathShares(runs: readonly SampledRun[]): PathShare[] {
  const times = new Map<string, { self: number; wait: number }>()
  for (const { tasks } of runs) {
    const ran = tasks.filter(({ skipped }) => skipped !== true)
    const first = ran.reduce((least, { start }) => Math.min(least, start), Infinity)
    const last = ran.reduce((most, { end }) => Math.max(most, end), -Infinity)
    for (const { nodeId, selfSeconds, waitSeconds } of criticalPath(tasks, first, last).steps) {
      const time = times.get(nodeId) ?? { self: 0, wait: 0 }
      times.set(nodeId, { self: time.self + selfSeconds, wait: time.wait + waitSeconds })
    }
  }
  const total = [...times.values()].reduce((sum, { self, wait }) => sum + self + wait, 0)
  return [...times]
    .map(([nodeId, { self, wait }]) => ({
      nodeId,
      share: total === 0 ? 0 : (self + wait) / total,
      selfSeconds: self,
      waitSeconds: wait,
    }))
    .toSorted((a, b) => b.share - a.share || (a.nodeId < b.nodeId ? -1 : 1))
}
