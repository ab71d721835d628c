import type { DailyDurations, NodePerformance } from '@runspan/analytics'

import { count, duration, percent } from './numbers.ts'
import { bar, spark } from './spark.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { padEnd, visible } from './text.ts'

const DAY_MS = 86_400_000
/** Minimum widths for the median, and for all columns. */
const MEDIUM = 96
const WIDE = 120
const WIDEST = 140

export interface NodesViewData {
  readonly workflow: string
  readonly nodes: readonly NodePerformance[]
  /** Medians by day. */
  readonly daily?: readonly DailyDurations[] | undefined
}

/** Notes for data from which a sampler left out runs. */
const SAMPLED = {
  whole: '',
  weighted: '; sampled: estimated from the stored runs',
  unknown: '; sampled, nobody knows how many runs were left out',
} as const

/** Returns the performance of each task, the largest share of the critical path first. */
export function nodesView({ workflow, nodes, daily = [] }: NodesViewData, terminal: Terminal): string[] {
  if (nodes.length === 0) return [`No tasks of ${visible(workflow)} were recorded in this period.`]
  const rows = nodes.toSorted((a, b) => b.shareOfCriticalPath - a.shareOfCriticalPath || (a.nodeId < b.nodeId ? -1 : 1))
  const time = (seconds: number | null): string => (seconds === null ? terminal.glyphs.none : duration(seconds))
  const wide = terminal.width >= WIDE
  const byDay = dayBars(daily, terminal)
  const barWidth = terminal.width >= 80 ? 10 : 4
  return [
    `${terminal.style('bold', visible(workflow))}${terminal.style('dim', `, attempts of each task, a retry counted as one; the largest share of the critical path first${SAMPLED[nodes[0]!.sampled ?? 'whole']}`)}`,
    '',
    ...table<NodePerformance>(
      [
        { title: 'TASK', text: ({ nodeId }) => visible(nodeId), cut: 'middle', least: 8 },
        {
          title: 'PATH',
          text: ({ shareOfCriticalPath: share }) =>
            `${padEnd(share < 0.005 ? '' : bar(share, barWidth, terminal), barWidth)} ${percent(share).padStart(4)}`,
          style: (text, { shareOfCriticalPath: share }) => (share >= 0.25 ? terminal.style('bold', text) : text),
        },
        { title: 'ATTEMPTS', align: 'right', text: (row) => count(row.count) },
        {
          // a share of the attempts, not of the tasks: a task that recovers is included
          title: 'OF THEM FAILED',
          align: 'right',
          text: ({ failureRate }) => (failureRate === null || failureRate === 0 ? '' : percent(failureRate)),
          style: (text) => terminal.style('bold', text),
        },
        ...(terminal.width >= MEDIUM
          ? [
              {
                title: 'ATTEMPT P50',
                align: 'right' as const,
                text: (row: NodePerformance) => time(row.p50DurationSeconds),
              },
            ]
          : []),
        { title: 'ATTEMPT P95', align: 'right', text: ({ p95DurationSeconds }) => time(p95DurationSeconds) },
        { title: 'LONGEST', align: 'right', text: ({ maxDurationSeconds }) => time(maxDurationSeconds) },
        ...(wide && byDay !== null
          ? [{ title: 'BY DAY', text: (row: NodePerformance) => byDay.get(row.nodeId) ?? '' }]
          : []),
        ...(wide
          ? [
              ...(terminal.width >= WIDEST
                ? [
                    {
                      title: 'AVERAGE',
                      align: 'right' as const,
                      text: (row: NodePerformance) => time(row.avgDurationSeconds),
                    },
                  ]
                : []),
              { title: 'QUEUED', align: 'right' as const, text: (row: NodePerformance) => time(row.avgQueueSeconds) },
              ...counted('RETRIES', rows, ({ retries }) => retries),
              ...counted('SKIPPED', rows, ({ skipped }) => skipped),
            ]
          : []),
      ],
      rows,
      terminal,
    ),
  ]
}

/**
 * Returns the last days of every task as small bars, each on its own scale, one cell a day; null with fewer than two days.
 */
function dayBars(daily: readonly DailyDurations[], terminal: Terminal): Map<string, string> | null {
  const times = daily.flatMap(({ days }) => days.map(({ day }) => Date.parse(day)))
  const last = times.reduce((a, b) => Math.max(a, b), 0)
  const first = times.reduce((a, b) => Math.min(a, b), last)
  const cells = Math.min(terminal.width >= 130 ? 28 : 14, Math.round((last - first) / DAY_MS) + 1)
  if (cells < 2) return null
  return new Map(
    daily.map(({ nodeId, days }) => {
      const byDay = new Map(days.map(({ day, p50Seconds }) => [Date.parse(day), p50Seconds]))
      const values = Array.from({ length: cells }, (_, i) => byDay.get(last - (cells - 1 - i) * DAY_MS))
      return [
        nodeId,
        spark(
          values.map((value) => (value === undefined ? null : { value, style: 'green' as const })),
          terminal,
        ),
      ]
    }),
  )
}

/** Returns a column of counts, if any task has one. */
function counted(
  title: string,
  rows: readonly NodePerformance[],
  value: (row: NodePerformance) => number,
): Column<NodePerformance>[] {
  if (rows.every((row) => value(row) === 0)) return []
  return [{ title, align: 'right', text: (row) => (value(row) === 0 ? '' : count(value(row))) }]
}
