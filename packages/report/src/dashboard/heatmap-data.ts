import { median, type DashboardDocument } from '@runspan/analytics'
import { typical } from '@runspan/story'

import type { HeatCell, Heatmap, HeatTone } from '../charts/task-heatmap.ts'

const COLUMNS = 60
const ROWS = 30
/** Share of the median run below which a difference is noise. */
const RUN_NOISE = 0.01

/**
 * Returns the latest runs and the tasks with the largest share of the path, each cell against its task's own median.
 */
export function heatmapData(document: DashboardDocument, columns: number = COLUMNS): Heatmap {
  const { runs, cells } = document
  const known = new Set(cells.map(({ runId }) => runId))
  const shown = runs.filter(({ runId }) => known.has(runId)).slice(-columns)
  const rows = rowNames(document)
  const column = new Map(shown.map(({ runId }, i) => [runId, i]))
  const rowOf = new Map(rows.map((name, i) => [name, i]))
  const noise = (typical(runs).median ?? 0) * RUN_NOISE
  const medians = new Map(
    rows.map((name) => [
      name,
      median(cells.filter((cell) => cell.name === name).flatMap(({ medianSeconds }) => medianSeconds ?? [])),
    ]),
  )
  return {
    columns: shown.map(({ runId, startTime }) => ({ runId, startTime })),
    rows,
    cells: cells.flatMap((cell): HeatCell[] => {
      const x = column.get(cell.runId)
      const y = rowOf.get(cell.name)
      if (x === undefined || y === undefined) return []
      const tone = toneOf(cell, medians.get(cell.name) ?? null, noise)
      return tone === null ? [] : [{ column: x, row: y, tone, retried: cell.retried > 0 }]
    }),
  }
}

/** Returns names by share of the path, largest first: their usual order would need the graph. */
function rowNames({ cells, groups, shares }: DashboardDocument): string[] {
  const present = new Set(cells.map(({ name }) => name))
  const share = shareByName(shares)
  return groups
    .map(({ name }) => name)
    .filter((name) => present.has(name))
    .toSorted((a, b) => (share.get(b) ?? 0) - (share.get(a) ?? 0))
    .slice(0, ROWS)
}

/** Returns shares of the critical path by shared name. */
export function shareByName(shares: DashboardDocument['shares']): Map<string, number> {
  const result = new Map<string, number>()
  for (const { nodeId, share } of shares) {
    const name = /^(.+)\[[^\]]*\]$/.exec(nodeId)?.[1] ?? nodeId
    result.set(name, (result.get(name) ?? 0) + share)
  }
  return result
}

function toneOf(
  { medianSeconds, failed, skipped }: DashboardDocument['cells'][number],
  usual: number | null,
  noise: number,
): HeatTone | null {
  if (failed > 0) return 'failed'
  if (medianSeconds === null) return skipped > 0 ? 'skipped' : null
  if (usual === null || usual === 0 || Math.abs(medianSeconds - usual) < noise) return 'usual'
  const ratio = medianSeconds / usual
  if (ratio < 0.75) return 'far-below'
  if (ratio < 0.9) return 'below'
  if (ratio <= 1.1) return 'usual'
  return ratio <= 1.25 ? 'above' : 'far-above'
}
