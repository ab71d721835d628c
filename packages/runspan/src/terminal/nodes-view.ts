import type { NodePerformance } from '@runspan/analytics'

import { count, duration, percent } from './numbers.ts'
import { bar } from './spark.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { padEnd, visible } from './text.ts'

export interface NodesViewData {
  readonly workflow: string
  readonly nodes: readonly NodePerformance[]
}

/** Performance of each task, the largest share of the critical path first. */
export function nodesView({ workflow, nodes }: NodesViewData, terminal: Terminal): string[] {
  if (nodes.length === 0) return [`No tasks of ${visible(workflow)} were recorded in this period.`]
  const rows = nodes.toSorted((a, b) => b.shareOfCriticalPath - a.shareOfCriticalPath || (a.nodeId < b.nodeId ? -1 : 1))
  const time = (seconds: number | null): string => (seconds === null ? terminal.glyphs.none : duration(seconds))
  const wide = terminal.width >= 100
  const barWidth = terminal.width >= 80 ? 10 : 4
  return [
    `${terminal.style('bold', visible(workflow))}${terminal.style('dim', ', attempts of each task, share of the critical path first')}`,
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
          title: 'FAILED',
          align: 'right',
          text: ({ failureRate }) => (failureRate === null || failureRate === 0 ? '' : percent(failureRate)),
          style: (text) => terminal.style('bold', text),
        },
        ...(terminal.width >= 72
          ? [
              {
                title: 'P50',
                align: 'right' as const,
                text: (row: NodePerformance) => time(row.p50DurationSeconds),
              },
            ]
          : []),
        { title: 'P95', align: 'right', text: ({ p95DurationSeconds }) => time(p95DurationSeconds) },
        { title: 'LONGEST', align: 'right', text: ({ maxDurationSeconds }) => time(maxDurationSeconds) },
        ...(wide
          ? [
              {
                title: 'AVERAGE',
                align: 'right' as const,
                text: (row: NodePerformance) => time(row.avgDurationSeconds),
              },
              { title: 'QUEUED', align: 'right' as const, text: (row: NodePerformance) => time(row.avgQueueSeconds) },
              {
                title: 'RETRIES',
                align: 'right' as const,
                text: (row: NodePerformance) => (row.retries === 0 ? '' : count(row.retries)),
              },
              {
                title: 'SKIPPED',
                align: 'right' as const,
                text: (row: NodePerformance) => (row.skipped === 0 ? '' : count(row.skipped)),
              },
            ]
          : []),
      ],
      rows,
      terminal,
    ),
  ]
}
