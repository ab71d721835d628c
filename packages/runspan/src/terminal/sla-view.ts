import type { SlaAttainment } from '@runspan/analytics'
import { shortId } from '@runspan/story'

import { duration, percent } from './numbers.ts'
import { numbers, questionView } from './question-view.ts'
import type { Terminal } from './terminal.ts'
import { visible, wrap } from './text.ts'

/** Returns how often runs completed in time: in total, by day, and the latest that did not. */
export function slaView(sla: SlaAttainment, terminal: Terminal): string[] {
  const { met, missed, undecided, cancelled, attained, reasons, limitSeconds } = sla
  const why = Object.entries(reasons)
    .filter(([, number]) => number > 0)
    .map(([reason, number]) => `${number} ${reason}`)
  const sentence = `${attained === null ? 'Nothing is decided yet' : `${percent(attained)} in time`}: ${met} within ${duration(limitSeconds)}, ${missed} not${why.length > 0 ? ` (${why.join(', ')})` : ''}, ${undecided} undecided, ${cancelled} cancelled.`
  return [
    ...questionView<SlaAttainment['days'][number]>(
      {
        heading: `${visible(sla.workflow)} within ${duration(limitSeconds)}`,
        rows: sla.days,
        columns: [
          { title: 'DAY', text: ({ day }) => day },
          numbers('IN TIME', (row) => String(row.met)),
          numbers('MISSED', (row) => (row.missed === 0 ? '' : String(row.missed))),
          numbers('UNDECIDED', (row) => (row.undecided === 0 ? '' : String(row.undecided))),
        ],
        empty: 'No run in this period.',
      },
      terminal,
    ),
    '',
    ...wrap(sentence, terminal.width),
    ...sla.missedRuns
      .slice(0, 10)
      .map(
        ({ runId, reason, secondsAfterReference }) =>
          `  ${terminal.glyphs.failed} ${shortId(runId)}  ${reason}, ${duration(secondsAfterReference)}`,
      ),
  ]
}
