import type { TaskRow } from '@runspan/model'
import { relativeDay, shortId } from '@runspan/story'

import { duration } from './numbers.ts'
import { numbers, questionView } from './question-view.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './text.ts'

/** Returns the attempts of one task over all runs, newest first. */
export function historyView(
  { workflow, nodeId, rows }: { readonly workflow: string; readonly nodeId: string; readonly rows: readonly TaskRow[] },
  terminal: Terminal,
): string[] {
  const ids = rows.map(({ runId }) => runId)
  return questionView<TaskRow>(
    {
      heading: `Attempts of ${visible(nodeId)} of ${visible(workflow)}`,
      rows,
      columns: [
        { title: 'RUN', text: ({ runId }) => shortId(runId, ids), cut: 'middle', least: 8 },
        { title: 'STARTED', text: ({ startTime }) => relativeDay(new Date(startTime), terminal.now) },
        numbers('ATTEMPT', ({ attempt }) => String(attempt)),
        { title: 'STATUS', text: ({ status }) => status },
        numbers('TOOK', ({ durationSeconds }) =>
          durationSeconds === null ? terminal.glyphs.none : duration(durationSeconds),
        ),
        numbers('QUEUED', ({ queueSeconds }) => duration(queueSeconds)),
        {
          title: 'ERROR',
          text: ({ error }) => (error === null ? '' : visible(`${error.type}: ${error.message}`)),
          cut: 'end',
          least: 8,
        },
      ],
      empty: 'It did not run in this period.',
    },
    terminal,
  )
}
