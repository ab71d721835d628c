import type { DashboardDocument } from '@runspan/analytics'
import {
  counted,
  day,
  GLYPHS,
  minute,
  plain,
  regimes,
  shortName,
  visible,
  workflowFacts,
  workflowFigures,
  workflowVerdict,
} from '@runspan/story'

import { chartFigure } from '../charts/figure.ts'
import { runsBars } from '../charts/runs-bars.ts'
import { runsBuckets } from '../charts/runs-buckets.ts'
import { type Heatmap, heatmapHeight, taskHeatmap } from '../charts/task-heatmap.ts'
import { dashboardScript } from '../dashboard-script.ts'
import { page } from '../html/page.ts'
import { PlaceSheet } from '../html/place-sheet.ts'
import { factsHtml, isSafeLink, proseHtml } from '../html/prose-html.ts'
import { markup, type Markup } from '../html/template.ts'
import { figuresHtml } from '../sections/figures-html.ts'
import { emptyNote, section } from '../sections/section.ts'
import { BASE_CSS } from '../style/base.ts'
import { CHART_CSS } from '../style/chart.ts'
import { DASHBOARD_CSS } from '../style/dashboard.ts'
import { TABLE_CSS } from '../style/table.ts'
import { TIMELINE_CSS } from '../style/timeline.ts'
import { browserData, NARROW_BARS, NARROW_COLUMNS } from './browser-data.ts'
import { runBuckets } from './buckets.ts'
import { failuresHtml } from './failures-html.ts'
import { heatmapData } from './heatmap-data.ts'
import { latestRunsHtml } from './latest-runs-html.ts'
import { taskGroupsHtml } from './task-groups-html.ts'

/** Maximum runs shown one by one; more are grouped by hour or day. */
const MOST_BARS = 120
const RUNS_HEIGHT = 230
const WIDTHS = { wide: 1120, medium: 720, narrow: 358 } as const

/**
 * Returns a workflow over a period as a single HTML file: interactive with script, complete without. Throws `ReportError`
 * `NOT_BUILT`.
 */
export function dashboardHtml(given: DashboardDocument): string {
  const reports = Object.fromEntries(Object.entries(given.reports).filter(([, address]) => isSafeLink(address)))
  const document = { ...given, reports }
  const { workflow, from, to, version } = document
  const sheet = new PlaceSheet()
  const verdict = workflowVerdict(document)
  const days = Math.max(1, Math.round((to.getTime() - from.getTime()) / 86_400_000))
  const body = markup`<p class="crumb"><strong>${visible(workflow)}</strong> · last ${counted(days, 'day')}</p>
<h1 class="verdict ${verdict.kind}"><span class="disc" aria-hidden="true">${verdict.glyph}</span><span>${proseHtml(verdict.title)}</span></h1>
${factsHtml(workflowFacts(document))}
${figuresHtml(workflowFigures(document))}
${document.runs.length === 0 ? emptyNote('No run of this workflow began in this time.', markup`<code>runspan runs --workflow ${visible(workflow)}</code> lists all there are.`) : runsSection(document)}
${heatmapSection(document)}
${taskGroupsHtml(document, sheet)}
${document.runs.length === 0 ? null : failuresHtml(document)}
${latestRunsHtml(document, sheet)}`
  return page({
    title: `${visible(workflow)} · ${plain(verdict.title)} · Runspan`,
    kind: 'dashboard',
    note: markup`${day(from)} to ${day(new Date(to.getTime() - 1))} ${to.getUTCFullYear()}, UTC`,
    body,
    footer: markup`<p>“Change” compares the days since with those before; under 5 % of the task it counts as the same, under 1 % of the run it is grey. Made by runspan ${version}; this file needs no network.</p>`,
    css: [BASE_CSS, TIMELINE_CSS, TABLE_CSS, CHART_CSS, DASHBOARD_CSS, sheet.css()].join('\n'),
    scripts: document.runs.length === 0 ? [] : [dashboardScript()],
    ...(document.runs.length === 0 ? {} : { data: browserData(document, MOST_BARS) }),
  })
}

function runsSection(document: DashboardDocument): Markup {
  const { runs, changes } = document
  if (runs.length > MOST_BARS) {
    const buckets = runBuckets(runs)
    const byDay = buckets.every(({ startTime }) => startTime.slice(11, 13) === '00')
    const chart = chartFigure(
      (size, theme) => runsBuckets(buckets, size, theme),
      {
        id: 'runs',
        label: `Durations of ${runs.length} runs over time: median and the middle 90 %`,
        height: RUNS_HEIGHT,
      },
      WIDTHS,
    )
    return section(
      'runs',
      'Runs',
      `${counted(runs.length, 'run')}, put together by ${byDay ? 'day' : 'hour'}. The line is the median, the band holds 18 of 20 runs, × counts failures.`,
      markup`<div class="live" data-chart="buckets">${chart}</div>`,
    )
  }
  const bars = runs.map(({ startTime, status, durationSeconds }) => ({ startTime, status, seconds: durationSeconds }))
  const chart = chartFigure(
    (size, theme) =>
      size.narrow
        ? runsBars(bars.slice(-NARROW_BARS), regimes(runs.slice(-NARROW_BARS), changes), size, theme)
        : runsBars(bars, regimes(runs, changes), size, theme),
    {
      id: 'runs',
      label: `Durations of the last ${counted(runs.length, 'run')}; the table of the latest runs has their numbers`,
      height: RUNS_HEIGHT,
    },
    WIDTHS,
  )
  return section(
    'runs',
    'Runs',
    `One bar is one run, its height the duration.${marksInWords(runs)} The line is the median of the completed runs.`,
    markup`<div class="live" data-chart="runs">${chart}</div>`,
  )
}

/** Returns the meaning of the marks over the bars. */
function marksInWords(runs: DashboardDocument['runs']): string {
  const present = (['failed', 'cancelled', 'lost'] as const).filter((status) =>
    runs.some((run) => run.status === status),
  )
  return present.length === 0 ? '' : ` ${present.map((status) => `${GLYPHS[status]} ${status}`).join(', ')}.`
}

const LEGEND = [
  ['far-below', '', 'under 75 %'],
  ['below', '', '75 to 90 %'],
  ['usual', '', '90 to 110 %'],
  ['above', '', '110 to 125 %'],
  ['far-above', '', 'over 125 %'],
  ['failed', '✕', 'failed'],
  ['retried', '●', 'retried'],
  ['skipped', '–', 'skipped'],
] as const

function heatmapSection(document: DashboardDocument): Markup | null {
  const map = heatmapData(document)
  if (map.rows.length === 0 || map.columns.length === 0) return null
  const narrowMap = heatmapData(document, NARROW_COLUMNS)
  const chart = chartFigure(
    (size, theme) => taskHeatmap(size.narrow ? narrowMap : map, size, theme),
    {
      id: 'heat',
      label: `How long each task took in each of the last ${counted(map.columns.length, 'run')}, against its own median; the table below has the numbers`,
      height: heatmapHeight(map.rows.length),
    },
    WIDTHS,
  )
  const unusual = map.cells.filter(({ tone }) => tone === 'far-above' || tone === 'failed')
  return section(
    'heat',
    'Tasks by run',
    'How long a task took in a run, against its own median of these runs; differences under 1 % of a run are left out. Columns are runs, oldest at the left.',
    markup`<ul class="legend" aria-label="Legend">${LEGEND.map(([tone, mark, text]) => markup`<li><i class="heat ${tone}">${mark}</i>${text}</li>`)}</ul>
<div class="live" data-chart="heat">${chart}</div>
<details class="numbers"><summary>What stands out, in words</summary><ul>${
      unusual.length === 0
        ? markup`<li>Nothing: no task failed or took over 125 % of its median.</li>`
        : unusual
            .slice(0, 200)
            .map(
              ({ row, column, tone }) =>
                markup`<li><code>${shortName(map.rows[row]!, 60)}</code> ${tone === 'failed' ? 'failed' : 'took over 125 %'} on ${linked(map.columns[column]!, document)}</li>`,
            )
    }</ul></details>`,
  )
}

/** Returns the start of a run, as a link if there is a document on it. */
function linked({ runId, startTime }: Heatmap['columns'][number], { reports }: DashboardDocument): Markup {
  const when = minute(new Date(startTime))
  return reports[runId] === undefined ? markup`${when}` : markup`<a href="${reports[runId]}">${when}</a>`
}
