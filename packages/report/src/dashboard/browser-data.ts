import type { DashboardDocument } from '@runspan/analytics'
import { counted, duration, regimes, type Regime } from '@runspan/story'

import type { RunBar } from '../charts/runs-bars.ts'
import type { RunBucket } from '../charts/runs-buckets.ts'
import type { Heatmap } from '../charts/task-heatmap.ts'
import { runBuckets } from './buckets.ts'
import { heatmapData } from './heatmap-data.ts'

/** Maximum columns on a phone. */
export const NARROW_COLUMNS = 20
export const NARROW_BARS = 40
const COLUMNS = 60

/** Data of the script in the browser: the same as the pictures', for a wide page and for a narrow one. */
export interface BrowserData {
  readonly wide: BrowserView
  readonly narrow: BrowserView
}

export interface BrowserView {
  readonly runs: readonly (RunBar & { readonly words: string; readonly link: string | null })[]
  readonly buckets: readonly RunBucket[] | null
  readonly regimes: readonly Regime[]
  readonly heat: Heatmap
  /** Tooltips, one a cell. */
  readonly heatWords: readonly string[]
  /** Documents on the runs, one a column. */
  readonly heatLinks: readonly (string | null)[]
}

export function browserData(document: DashboardDocument, mostBars: number): BrowserData {
  return {
    wide: view(document, mostBars, mostBars, COLUMNS),
    narrow: view(document, mostBars, NARROW_BARS, NARROW_COLUMNS),
  }
}

function view(document: DashboardDocument, mostBars: number, bars: number, columns: number): BrowserView {
  const { changes, reports, cells } = document
  const many = document.runs.length > mostBars
  const runs = many ? [] : document.runs.slice(-bars)
  const heat = heatmapData(document, columns)
  const known = new Set(cells.map(({ runId }) => runId))
  const shown = document.runs.filter(({ runId }) => known.has(runId)).slice(-columns)
  const cellOf = new Map(cells.map((cell) => [`${cell.runId} ${cell.name}`, cell]))
  return {
    runs: runs.map(({ runId, startTime, status, durationSeconds, tasks }) => ({
      startTime,
      status,
      seconds: durationSeconds,
      words: `${runId}: ${tasks.completed} of ${counted(tasks.total, 'task')} completed${tasks.firstFailed === null ? '' : `, ${tasks.firstFailed.nodeId} failed`}`,
      link: reports[runId] ?? null,
    })),
    buckets: many ? runBuckets(document.runs) : null,
    regimes: many ? [] : regimes(runs, changes),
    heat,
    heatLinks: heat.columns.map(({ runId }) => reports[runId] ?? null),
    heatWords: heat.cells.map(({ row, column }) => cellWords(cellOf.get(`${shown[column]?.runId} ${heat.rows[row]}`))),
  }
}

function cellWords(cell: DashboardDocument['cells'][number] | undefined): string {
  if (cell === undefined) return ''
  const { medianSeconds, failed, retried, skipped } = cell
  return [
    medianSeconds === null ? '' : `took ${duration(medianSeconds)}`,
    failed > 0 ? `${failed} failed` : '',
    retried > 0 ? `${retried} retried` : '',
    skipped > 0 ? `${skipped} skipped` : '',
  ]
    .filter((word) => word !== '')
    .join(', ')
}
