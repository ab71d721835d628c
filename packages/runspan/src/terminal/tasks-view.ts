import type { TaskRow } from '@runspan/model'

import { bytes, duration, percent } from './numbers.ts'
import { statusGlyph } from './status.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { cutEnd, visible } from './text.ts'

/** Returns all attempts of a run's tasks with their measurements; an error is shown below its attempt. */
export function tasksView(rows: readonly TaskRow[], terminal: Terminal): string[] {
  if (rows.length === 0) return ['No tasks were recorded under this run.']
  const measured = rows.some(({ metrics }) => metrics.memoryPeakBytes !== null)
  const time = (seconds: number | null): string => (seconds === null ? terminal.glyphs.none : duration(seconds))
  const wide = terminal.width >= 100
  const lines = table<TaskRow>(
    [
      {
        title: '  STATUS',
        text: ({ status }) => `${statusGlyph(status, terminal)} ${status}`,
      },
      {
        title: 'TASK',
        text: ({ nodeId, attempt }) => visible(nodeId) + (attempt > 1 ? ` #${attempt}` : ''),
        cut: 'middle',
        least: 10,
      },
      { title: 'DURATION', align: 'right', text: ({ durationSeconds }) => time(durationSeconds) },
      {
        title: 'QUEUED',
        align: 'right',
        text: ({ queueSeconds }) => (queueSeconds === 0 ? '' : duration(queueSeconds)),
      },
      ...(measured
        ? [
            {
              title: 'CPU',
              align: 'right' as const,
              text: ({ metrics }: TaskRow) => (metrics.cpuPercent === null ? '' : percent(metrics.cpuPercent / 100)),
            },
            {
              title: 'PEAK',
              align: 'right' as const,
              text: ({ metrics }: TaskRow) => (metrics.memoryPeakBytes === null ? '' : bytes(metrics.memoryPeakBytes)),
            },
            ...(wide
              ? [
                  {
                    title: 'READ',
                    align: 'right' as const,
                    text: ({ metrics }: TaskRow) =>
                      metrics.diskReadBytes === null ? '' : bytes(metrics.diskReadBytes),
                  },
                  {
                    title: 'WRITTEN',
                    align: 'right' as const,
                    text: ({ metrics }: TaskRow) =>
                      metrics.diskWriteBytes === null ? '' : bytes(metrics.diskWriteBytes),
                  },
                  {
                    title: 'AT ONCE',
                    align: 'right' as const,
                    text: ({ metrics }: TaskRow) => String(metrics.concurrency ?? ''),
                  },
                ]
              : []),
          ]
        : []),
    ],
    rows,
    terminal,
  )
  const [head, ...body] = lines
  return [
    head!,
    ...body.flatMap((line, i) => {
      const { error, reason } = rows[i]!
      const note =
        error !== null
          ? `${visible(error.type)}: ${visible(error.message || 'no message')}`
          : reason === null
            ? ''
            : visible(reason)
      return note === ''
        ? [line]
        : [line, `    ${terminal.style('dim', cutEnd(`${terminal.glyphs.note} ${note}`, terminal.width - 4))}`]
    }),
  ]
}
