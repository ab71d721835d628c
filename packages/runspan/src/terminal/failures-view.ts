import type { FailureCluster } from '@runspan/analytics'
import { listed, relativeDay } from '@runspan/story'

import { count } from './numbers.ts'
import { named, numbers, questionView } from './question-view.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './text.ts'

/** Returns failed attempts by kind of failure, the most frequent first. */
export function failuresView(rows: readonly FailureCluster[], terminal: Terminal): string[] {
  return questionView<FailureCluster>(
    {
      heading: 'Failed attempts by kind of failure',
      rows,
      columns: [
        numbers('ATTEMPTS', (row) => count(row.count)),
        numbers('RUNS', ({ runs }) => count(runs)),
        numbers('ENDED', ({ runsFailed }) => count(runsFailed)),
        named('TASK', ({ nodes }) => listed(nodes.map(visible), 2)),
        {
          title: 'ERROR',
          text: ({ errorType, errorMessage }) => visible(`${errorType || 'Error'}: ${errorMessage}`),
          cut: 'end',
          least: 12,
        },
        ...(terminal.width >= 90
          ? [numbers<FailureCluster>('LAST', ({ lastSeen }) => relativeDay(new Date(lastSeen), terminal.now))]
          : []),
      ],
      empty: 'No attempt failed in this period.',
      note: 'Runs: in which it was seen; ended: runs that failed of it. Numbers and ids in messages are left aside.',
    },
    terminal,
  )
}
