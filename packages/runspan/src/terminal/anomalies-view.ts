import type { Anomalies, LongerThanUsual, TaskAnomaly } from '@runspan/analytics'
import { fixed, relativeDay, shortId } from '@runspan/story'

import { duration } from './numbers.ts'
import { named, numbers, questionView } from './question-view.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './text.ts'

/** A run, or an attempt of a task. */
type Row = LongerThanUsual | TaskAnomaly

/** Returns runs and attempts that took far longer than usual, runs first. */
export function anomaliesView({ runs, tasks }: Anomalies, terminal: Terminal): string[] {
  const all = [...runs, ...tasks]
  const ids = all.map(({ runId }) => runId)
  return questionView<Row>(
    {
      heading: 'Runs and attempts far longer than usual',
      rows: all,
      columns: [
        named('WORKFLOW', ({ workflow }) => visible(workflow)),
        named('TASK', (row) => ('nodeId' in row ? visible(row.nodeId) : 'the run')),
        { title: 'RUN', text: ({ runId }) => shortId(runId, ids), cut: 'middle', least: 8 },
        { title: 'STATUS', text: ({ status }) => status },
        numbers('TOOK', ({ durationSeconds }) => duration(durationSeconds)),
        numbers('USUALLY', ({ usualSeconds }) => duration(usualSeconds)),
        ...(terminal.width >= 90 ? [numbers<Row>('SCORE', ({ score }) => fixed(score, 1))] : []),
        ...(terminal.width >= 100
          ? [numbers<Row>('STARTED', ({ startTime }) => relativeDay(new Date(startTime), terminal.now))]
          : []),
      ],
      empty: 'Nothing took far longer than usual in this period; 20 completed before are needed to say.',
      note: 'Usually: of a run the last completed ones before it, of an attempt those of the 28 days before. What runs still counts with what it took so far.',
    },
    terminal,
  )
}
