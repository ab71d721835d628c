import type { RunDocument, RunSections } from '@runspan/analytics'
import { plain, runFigures, runStory, runTitle, visible } from '@runspan/story'

import { TASK_TABLE_SCRIPT } from './browser/task-table-script.ts'
import { madeAt, page } from './html/page.ts'
import { PlaceSheet } from './html/place-sheet.ts'
import { markup } from './html/template.ts'
import { aboutHtml } from './sections/about-html.ts'
import { errorsHtml } from './sections/errors-html.ts'
import { figuresHtml } from './sections/figures-html.ts'
import { pathHtml } from './sections/path-html.ts'
import { resourcesHtml } from './sections/resources-html.ts'
import { taskTable } from './sections/task-table.ts'
import { timelineSection } from './sections/timeline-section.ts'
import { verdictHtml } from './sections/verdict-html.ts'
import { BASE_CSS } from './style/base.ts'
import { CHART_CSS } from './style/chart.ts'
import { TABLE_CSS } from './style/table.ts'
import { TIMELINE_CSS } from './style/timeline.ts'

/**
 * Returns one run as a single HTML file that needs no network: verdict, figures, critical path, timeline, errors, resources,
 * tasks.
 */
export function runReportHtml(document: RunDocument, sections: RunSections = {}): string {
  const story = runStory(document)
  const sheet = new PlaceSheet()
  const { includeErrors = true, includeMetrics = true, includeTimeline = true } = sections
  const body = markup`${verdictHtml(story)}
${figuresHtml(runFigures(story))}
${includeTimeline ? pathHtml(story, sheet) : null}
${includeTimeline ? timelineSection(story, sheet) : null}
${includeErrors ? errorsHtml(story) : null}
${includeMetrics ? resourcesHtml(story) : null}
${taskTable(story, sheet)}
${aboutHtml(story)}`
  return page({
    title: `${plain(runTitle(story))} · ${visible(document.run.workflow)} · Runspan`,
    kind: 'run report',
    note: madeAt(document.madeAt),
    body,
    footer: markup`<p>Durations are wall clock. “Waited” is the time between ready (or queued) and started. “Usual” is the median of the last 20 completed runs of the same workflow that started before it. Made by runspan ${document.version}; this file needs no network.</p>`,
    css: [BASE_CSS, TIMELINE_CSS, TABLE_CSS, CHART_CSS, sheet.css()].join('\n'),
    scripts: [TASK_TABLE_SCRIPT],
  })
}
