import { counted, type RunStory } from '@runspan/story'

import type { PlaceSheet } from '../html/place-sheet.ts'
import { markup, type Markup } from '../html/template.ts'
import { timelineLegend } from '../timeline/legend-html.ts'
import { timelineRows } from '../timeline/rows.ts'
import { axisOf, timelineGaps, timelineHtml } from '../timeline/timeline-html.ts'
import { emptyNote, section } from './section.ts'

/** Returns the tasks over time, or why there are none. */
export function timelineSection(story: RunStory, sheet: PlaceSheet): Markup {
  const { chains, run } = story
  if (chains.length === 0) return section('timeline', 'Timeline', null, noTasks(story))
  const rows = timelineRows(chains, axisOf(story))
  const grouped = rows.some(({ kind }) => kind === 'group')
  const lead = grouped
    ? `${counted(chains.length, 'task')} in ${counted(rows.length, 'row')}: tasks of one name share a row; those on the critical path, failed or retried keep their own.`
    : `${counted(chains.length, 'task')}, in the order in which they started.${run.status === 'running' ? ' The dashed line is now.' : ''}`
  return section(
    'timeline',
    'Timeline',
    lead,
    markup`${timelineLegend(story, rows)}${
      timelineGaps(story).length > 0
        ? markup`<button type="button" class="hide-waiting" aria-pressed="false" hidden>hide waiting</button>`
        : null
    }${timelineHtml(story, { sheet, cut: true })}`,
  )
}

function noTasks({ run }: RunStory): Markup {
  return run.status !== 'running'
    ? emptyNote(
        'This run recorded no tasks.',
        markup`It began and ended, but no task began inside it. Wrap a step in <code>run.withTask(…)</code>, or see <code>runspan doctor</code> for traces of other engines.`,
      )
    : emptyNote('No task of this run has been seen yet.', 'A task of less than a second is recorded when it ends.')
}
