import type { LargestRun, LargestTask } from '@runspan/analytics'
import { relativeDay, shortId } from '@runspan/story'

import { bytes, duration } from './numbers.ts'
import { named, numbers, questionView } from './question-view.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './text.ts'

type Row = LargestRun | LargestTask

/** Returns the runs or attempts that took longest, or used most of a resource. */
export function largestView(
  { rows, by }: { readonly rows: readonly Row[]; readonly by: string },
  terminal: Terminal,
): string[] {
  const ids = rows.map(({ runId }) => runId)
  const isTasks = rows.some((row) => 'nodeId' in row)
  const none = (value: number, text: (value: number) => string): string => (value === 0 ? '' : text(value))
  return questionView<Row>(
    {
      heading: `${isTasks ? 'Attempts' : 'Runs'} that ${by === 'duration' ? 'took longest' : `used most ${by === 'cpu' ? 'CPU time' : by}`}`,
      rows,
      columns: [
        { title: 'RUN', text: ({ runId }) => shortId(runId, ids), cut: 'middle', least: 8 },
        named('WORKFLOW', ({ workflow }) => visible(workflow)),
        ...(isTasks ? [named<Row>('TASK', (row) => ('nodeId' in row ? visible(row.nodeId) : ''))] : []),
        { title: 'STATUS', text: ({ status }) => status },
        numbers('TOOK', ({ durationSeconds }) => duration(durationSeconds)),
        numbers('CPU', ({ cpuSeconds }) => none(cpuSeconds, duration)),
        numbers('MEMORY', ({ memoryPeakBytes }) => none(memoryPeakBytes, bytes)),
        ...(terminal.width >= 100 || by === 'disk'
          ? [numbers<Row>('DISK', ({ diskBytes }) => none(diskBytes, bytes))]
          : []),
        ...(terminal.width >= 100 || by === 'network'
          ? [numbers<Row>('NETWORK', ({ networkBytes }) => none(networkBytes, bytes))]
          : []),
        ...(terminal.width >= 110
          ? [numbers<Row>('STARTED', ({ startTime }) => relativeDay(new Date(startTime), terminal.now))]
          : []),
      ],
      empty: 'Nothing ran in this period.',
      note: 'Of CPU, disk and network a task has its part by how many ran at once; memory is the process’s peak. Empty: not measured, or nothing.',
    },
    terminal,
  )
}
