import { LATEST_RUNS_SHOWN, timesUsual, type DashboardDocument } from '@runspan/analytics'
import { count, difference, duration, GLYPHS, minute, shortId, shortName, UNKNOWN, visible } from '@runspan/story'

import { time } from '../html/page.ts'
import type { PlaceSheet } from '../html/place-sheet.ts'
import { markup, type Markup } from '../html/template.ts'
import { section } from '../sections/section.ts'

/** Returns the newest runs, with links to the documents next to this one. */
export function latestRunsHtml({ runs, reports, usual }: DashboardDocument, sheet: PlaceSheet): Markup | null {
  const latest = runs.toReversed().slice(0, LATEST_RUNS_SHOWN)
  if (latest.length === 0) return null
  const longest = Math.max(...latest.map(({ durationSeconds }) => durationSeconds), 1e-9)
  return section(
    'runs-list',
    'Latest runs',
    null,
    markup`<div class="scroll" tabindex="0" role="region" aria-label="Table of the latest runs"><table>
<thead><tr><th scope="col">Run</th><th scope="col" class="text">Status</th><th scope="col" class="text wide-only">Started</th><th scope="col">Duration</th><th scope="col" class="wide-only">Against usual</th><th scope="col" class="bars wide-only">against the longest</th><th scope="col">Tasks</th></tr></thead>
<tbody>${latest.map(({ runId, status, startTime, durationSeconds, tasks }) => {
      const id = markup`<code title="${visible(runId)}">${shortName(shortId(runId), 32)}</code>`
      const link = reports[runId]
      return markup`<tr><th scope="row">${link === undefined ? id : markup`<a href="${link}">${id}</a>`}</th><td class="text ${status}"><span class="glyph">${GLYPHS[status]}</span> ${status}</td><td class="text wide-only">${time(new Date(startTime), minute(new Date(startTime)))}</td><td>${duration(durationSeconds)}</td><td class="wide-only">${againstUsual(timesUsual({ status, durationSeconds }, usual[runId] ?? null))}</td><td class="bars wide-only"><i class="${status} ${sheet.width(durationSeconds / longest)}"></i></td><td>${count(tasks.completed)} of ${count(tasks.total)}</td></tr>`
    })}</tbody></table></div>`,
  )
}

/** Returns `+25 %`, `−7 %`, `12 times`; "same" for noise. */
function againstUsual(times: number | null): string {
  if (times === null) return UNKNOWN
  const far = difference(times)
  if (far === null) return 'same'
  return times >= 10 ? far : `${times > 1 ? '+' : '−'}${far}`
}
