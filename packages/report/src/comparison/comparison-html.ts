import type { RunDocument } from '@runspan/analytics'
import {
  comparedFigures,
  type ComparedPart,
  type Comparison,
  comparisonFacts,
  comparisonTitle,
  counted,
  difference,
  duration,
  GLYPHS,
  mediansOf,
  minute,
  pathReason,
  SAME,
  shortName,
  shortId,
  plain,
  signedDuration,
  runTitle,
  visible,
} from '@runspan/story'

import { DOCUMENT_THEME } from '../charts/chart-theme.ts'
import { comparisonRadar, radarEnd } from '../charts/comparison-radar.ts'
import { renderSvg } from '../charts/render-svg.ts'
import { madeAt, page, time } from '../html/page.ts'
import { PlaceSheet } from '../html/place-sheet.ts'
import { factsHtml, proseHtml } from '../html/prose-html.ts'
import { markup, type Markup, raw } from '../html/template.ts'
import { section } from '../sections/section.ts'
import { BASE_CSS } from '../style/base.ts'
import { CHART_CSS } from '../style/chart.ts'
import { DASHBOARD_CSS } from '../style/dashboard.ts'
import { TABLE_CSS } from '../style/table.ts'
import { TIMELINE_CSS } from '../style/timeline.ts'
import { timelineLegend } from '../timeline/legend-html.ts'
import { timelineRows } from '../timeline/rows.ts'
import { axisOf, timelineHtml } from '../timeline/timeline-html.ts'
import { comparedDocuments } from './compared-documents.ts'
import { radarData } from './radar-data.ts'

const MOST_PARTS = 30

/**
 * Returns two or more runs side by side as a single HTML file; the first is the base. Throws `ReportError` `INVALID_RUNS`.
 */
export function comparisonHtml(documents: readonly RunDocument[]): string {
  const data = comparedDocuments(documents)
  const sheet = new PlaceSheet()
  const pair = data.runs.length === 2
  const isCompared = data.compared !== null
  const body = markup`${head(data)}
${pair && isCompared ? factsHtml(comparisonFacts(data)) : null}
<div class="ruled"></div>
${differences(data, sheet)}
${pair ? timelines(data, sheet) : strips(data, sheet)}
<div class="columns">${sideBySide(data)}${profile(data)}</div>`
  return page({
    title: `${plain(comparisonTitle(data.runs))} · ${visible(documents[0]!.run.workflow)} · Runspan`,
    kind: 'comparison',
    note: madeAt(data.madeAt),
    body,
    footer: markup`<p>Differences under 2 % are shown as “same”. ${pair ? 'Two' : 'A few'} runs cannot tell a trend from chance: <code>runspan regressions</code> compares all runs before and after. Made by runspan ${data.version}; this file needs no network.</p>`,
    css: [
      BASE_CSS,
      TIMELINE_CSS,
      TABLE_CSS,
      CHART_CSS,
      DASHBOARD_CSS,
      '.ruled{margin:24px 0 32px;border-top:1px solid var(--rule)}.profile svg{display:block;width:100%;max-width:420px;height:auto;margin:0 auto}',
      sheet.css(),
    ].join('\n'),
    scripts: [],
  })
}

function badge(letter: string): Markup {
  return markup`<span class="badge${letter === 'A' ? '' : ' filled'}">${letter}</span>`
}

function head(data: Comparison): Markup {
  const ids = data.runs.map(({ run }) => run.runId)
  return markup`<p class="crumb"><strong>${visible(data.runs[0]!.story.run.workflow)}</strong>${data.runs.map(({ letter, story: { run } }) => markup` · ${badge(letter)} <code title="${visible(run.runId)}">${shortName(shortId(run.runId, ids), 32)}</code> ${time(new Date(run.startTime), minute(new Date(run.startTime)))}`)}</p>
<h1>${proseHtml(comparisonTitle(data.runs))}</h1>`
}

function differences(data: Comparison, sheet: PlaceSheet): Markup {
  const { parts, differenceSeconds, runs, compared } = data
  if (compared === null || differenceSeconds === null) return eachOnPath(data)
  const [first, last] = [runs[compared.first]!.letter, runs[compared.last]!.letter]
  const widest = Math.max(...parts.map((part) => Math.abs(part.differenceSeconds)), 1e-9)
  const moved = parts.filter((part) => part.differenceSeconds !== 0)
  const shown = (moved.length === 0 ? parts : moved).slice(0, MOST_PARTS)
  const rest = parts.slice(shown.length)
  return section(
    'differences',
    'What made the difference',
    `“On the path” is each task’s part of the critical path with the waits before it, ${last} less ${first}: these parts add up to the difference between the runs. “Task itself” compares medians, from the first attempt’s start to the last one’s end.`,
    markup`<div class="scroll" tabindex="0" role="region" aria-label="Differences by task"><table class="differences">
<thead><tr><th scope="col">Task</th>${runs.map(({ letter }) => markup`<th scope="col" class="wide-only">${letter}, median</th>`)}<th scope="col" class="wide-only">Task itself</th><th scope="col" class="bars"><span class="ends"><span>◀ ${last} faster</span><span>${last} slower ▶</span></span></th><th scope="col">On the path</th></tr></thead>
<tbody>${shown.map((part) => partRow(part, widest, data, sheet))}${
      rest.length > 0
        ? markup`<tr><th scope="row" class="quiet">${counted(rest.length, 'other')}</th><td class="wide-only" colspan="${runs.length + 1}"></td><td class="bars"></td><td>${signedDuration(rest.reduce((sum, part) => sum + part.differenceSeconds, 0))}</td></tr>`
        : null
    }</tbody>
<tfoot><tr><th scope="row">Total</th><td class="wide-only" colspan="${runs.length + 1}"></td><td></td><td>${signedDuration(differenceSeconds)}</td></tr></tfoot></table></div>`,
  )
}

/** Returns the tasks of each run without differences, for fewer than two completed runs. */
function eachOnPath({ parts, runs }: Comparison): Markup {
  const shown = parts.slice(0, MOST_PARTS)
  return section(
    'differences',
    'Tasks',
    'What each task ran in each run, from its first attempt’s start to its last one’s end; of several of one name the median.',
    markup`<div class="scroll" tabindex="0" role="region" aria-label="Tasks by run"><table class="differences">
<thead><tr><th scope="col">Task</th>${runs.map(({ letter }) => markup`<th scope="col">${letter}</th>`)}</tr></thead>
<tbody>${shown.map((part) => markup`<tr><th scope="row">${partName(part)}</th>${part.medians.map((value) => markup`<td>${duration(value)}</td>`)}</tr>`)}</tbody></table></div>`,
  )
}

function partName({ name, tasks }: ComparedPart): Markup {
  if (name === null) return markup`<span class="quiet">after the last task</span>`
  return markup`<code title="${visible(name)}">${shortName(name, 34)}</code>${tasks > 1 ? markup` <span class="quiet">×${'\u202F'}${tasks}</span>` : null}`
}

function partRow(part: ComparedPart, widest: number, data: Comparison, sheet: PlaceSheet): Markup {
  const { medians, differenceSeconds } = part
  const total = data.differenceSeconds ?? 0
  const [before, after] = data.compared === null ? [null, null] : mediansOf(part, data.compared)
  const ratio = before !== null && after !== null && before > 0 ? after / before : null
  const far = ratio === null ? null : difference(ratio, SAME)
  const agrees = ratio !== null && Math.sign(ratio - 1) === Math.sign(differenceSeconds)
  const reason = agrees ? null : pathReason(part, data)
  // a task that hardly affects the run needs no colour
  const matters = Math.abs(differenceSeconds) >= 0.1 * Math.max(Math.abs(total), 1e-9)
  const itself =
    ratio === null
      ? markup`<span class="quiet">–</span>`
      : far === null
        ? markup`<span class="quiet">same</span>`
        : markup`<span class="${matters && agrees ? (ratio > 1 ? 'worse' : 'better') : 'quiet'}">${ratio > 1 ? '▲' : '▼'} ${far}</span>`
  const half = Math.abs(differenceSeconds) / widest / 2
  const bar =
    differenceSeconds === 0
      ? null
      : differenceSeconds > 0
        ? markup`<i class="longer ${sheet.span(0.5, 0.5 + half)}"></i>`
        : markup`<i class="shorter ${sheet.span(0.5 - half, 0.5)}"></i>`
  return markup`<tr><th scope="row">${partName(part)}</th>${medians.map((value) => markup`<td class="wide-only">${duration(value)}</td>`)}<td class="wide-only">${itself}</td><td class="bars"><span class="diverge">${bar}</span></td><td>${signedDuration(differenceSeconds)}${reason === null ? null : markup`<br><span class="quiet">${proseHtml(reason)}</span>`}</td></tr>`
}

function timelines({ runs }: Comparison, sheet: PlaceSheet): Markup {
  const axisSeconds = Math.max(...runs.map(({ story }) => axisOf(story)))
  const rows = runs.flatMap(({ story }) => timelineRows(story.chains, axisSeconds))
  const [longest] = runs.toSorted((a, b) => b.story.chains.length - a.story.chains.length)
  return section(
    'timelines',
    'Timelines',
    'Both on one time axis.',
    markup`${timelineLegend(longest!.story, rows)}${runs.map(
      ({ letter, story }) =>
        markup`<h3 class="run-title">${badge(letter)} <span class="status ${story.run.status}">${GLYPHS[story.run.status]} ${proseHtml(runTitle(story))}</span></h3>${timelineHtml(story, { sheet, axisSeconds, tableId: 'differences' })}`,
    )}`,
  )
}

/** Returns the critical path of each run as a strip on one axis, for three or more runs. */
function strips({ runs }: Comparison, sheet: PlaceSheet): Markup {
  const longest = Math.max(...runs.map(({ story }) => story.run.durationSeconds), 1e-9)
  return section(
    'timelines',
    'Critical paths',
    'Each run’s critical path on one time axis: solid ran, hatched waited.',
    markup`<div class="strips">${runs.map(
      ({ letter, story }) =>
        markup`<span>${badge(letter)}</span><div class="strip" role="img" aria-label="Critical path of ${letter}: ${plain(runTitle(story))}">${story.path.map(({ chain, failed, from, start, end }) => markup`${start > from ? markup`<span class="waited ${sheet.span(from / longest, start / longest)}"></span>` : null}${end > start ? markup`<span class="ran${failed ? ' failed' : ''} ${sheet.span(start / longest, end / longest)}">${chain !== null && (end - start) / longest > 0.14 ? markup`<b class="wide-only">${shortName(chain.nodeId, 24)}</b>` : null}</span>` : null}`)}</div><span>${GLYPHS[story.run.status]} ${duration(story.run.durationSeconds)}</span>`,
    )}</div>`,
  )
}

function sideBySide(data: Comparison): Markup {
  const { runs } = data
  const withDifference = runs.length === 2 && data.compared !== null
  return markup`<section id="figures" aria-labelledby="figures-h"><h2 id="figures-h">Side by side</h2><div class="scroll" tabindex="0" role="region" aria-label="Figures side by side"><table>
<thead><tr><th scope="col">Figure</th>${runs.map(({ letter }) => markup`<th scope="col">${badge(letter)}</th>`)}${withDifference ? markup`<th scope="col">Difference</th>` : null}</tr></thead>
<tbody><tr><th scope="row">Status</th>${runs.map(({ story: { run } }) => markup`<td class="${run.status}"><span class="glyph">${GLYPHS[run.status]}</span> ${run.status}</td>`)}${withDifference ? markup`<td></td>` : null}</tr>${comparedFigures(
    data,
  ).map(
    ({ label, values, format, moreIsWorse }) =>
      markup`<tr><th scope="row">${label}</th>${values.map((value) => markup`<td>${format(value)}</td>`)}${withDifference ? markup`<td>${differenceOf(values[0]!, values[1]!, format, moreIsWorse)}</td>` : null}</tr>`,
  )}<tr><th scope="row">Version</th>${runs.map(({ story }) => markup`<td>${story.run.version === null ? '–' : markup`<code>${shortName(story.run.version, 18)}</code>`}</td>`)}${withDifference ? markup`<td class="zero">${runs[0]!.story.run.version === runs[1]!.story.run.version ? 'same' : 'differs'}</td>` : null}</tr></tbody></table></div></section>`
}

function differenceOf(
  before: number | null,
  after: number | null,
  format: (value: number | null) => string,
  moreIsWorse: boolean,
): Markup {
  if (before === null || after === null) return markup`<span class="quiet">–</span>`
  const ratio = before > 0 ? after / before : null
  const far = ratio === null ? null : difference(ratio, SAME)
  if (before === after || (ratio !== null && far === null)) return markup`<span class="quiet">same</span>`
  const amount = after > before ? `+${format(after - before)}` : `−${format(before - after)}`
  if (ratio === null) return markup`${amount}`
  const kind = !moreIsWorse ? '' : ratio > 1 ? 'worse' : 'better'
  return markup`<span class="quiet">${amount}</span> <span class="${kind}">${ratio > 1 ? '▲' : '▼'} ${far}</span>`
}

function profile(data: Comparison): Markup {
  const { axes, runs } = radarData(data)
  if (axes.length < 3) return markup``
  const base = runs[0]!.letter
  const svg = renderSvg(comparisonRadar(axes, runs, DOCUMENT_THEME), { width: 420, height: 300 }, 'radar')
  const others = runs
    .slice(1)
    .map(({ letter }) => letter)
    .join(', ')
  return markup`<section id="profile" aria-labelledby="profile-h"><h2 id="profile-h">Profile</h2><div class="profile" role="img" aria-label="Figures of ${others} relative to ${base}; the table beside it has the numbers">${raw(svg)}</div><p class="lead">${base} is the dashed outline (1.0), ${others} the filled; the outer ring is ${radarEnd(runs)} × ${base}.${runs.length < data.runs.length ? ' Only completed runs are compared.' : ''}</p></section>`
}
