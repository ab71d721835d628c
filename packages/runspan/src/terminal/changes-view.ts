import type { ChangePoint } from '@runspan/analytics'

import { change, duration } from './numbers.ts'
import { named, numbers, questionView } from './question-view.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './text.ts'

/** Returns the days from which tasks or runs took longer or shorter, the largest change first. */
export function changesView(rows: readonly ChangePoint[], terminal: Terminal): string[] {
  return questionView<ChangePoint>(
    {
      heading: 'Days from which tasks or runs took longer or shorter',
      rows,
      columns: [
        { title: 'SINCE', text: ({ day, kind }) => (kind === 'drift' ? `${day} drift` : day) },
        named('WORKFLOW', ({ workflow }) => visible(workflow)),
        named('TASK', ({ nodeId }) => (nodeId === null ? 'the run' : visible(nodeId))),
        numbers('BEFORE', ({ beforeSeconds }) => duration(beforeSeconds)),
        numbers('AFTER', ({ afterSeconds }) => duration(afterSeconds)),
        numbers('CHANGE', ({ ratio }) => change(ratio, 0)),
        ...(terminal.width >= 80
          ? [numbers<ChangePoint>('DAYS', ({ daysBefore, daysAfter }) => `${daysBefore}+${daysAfter}`)]
          : []),
      ],
      empty: 'No task and no run took longer or shorter than chance allows; seven days on either side are needed.',
      note: 'Medians of completed attempts by day; days: before and after.',
    },
    terminal,
  )
}
