import { baseName, type ChangePoint, type TaskGroup, type DashboardDocument } from '@runspan/analytics'
import { count, difference, duration, shortName, typical, visible, wholePercent } from '@runspan/story'

import type { PlaceSheet } from '../html/place-sheet.ts'
import { markup, type Markup } from '../html/template.ts'
import { section } from '../sections/section.ts'
import { shareByName } from './heatmap-data.ts'

const MOST = 200

/** Returns tasks by their share of the critical path, with the range of their durations on one logarithmic axis. */
export function taskGroupsHtml(document: DashboardDocument, sheet: PlaceSheet): Markup | null {
  const { groups, shares, changes, runs } = document
  const runSeconds = typical(runs).median
  if (groups.length === 0) return null
  const share = shareByName(shares)
  const rows = groups.toSorted((a, b) => (share.get(b.name) ?? 0) - (share.get(a.name) ?? 0)).slice(0, MOST)
  const values = rows
    .flatMap(({ p50DurationSeconds, maxDurationSeconds }) => [p50DurationSeconds ?? 0, maxDurationSeconds ?? 0])
    .filter((value) => value > 0)
  const low = Math.min(...values, 1)
  const high = Math.max(...values, low * 1.0001)
  const place = (seconds: number | null): number =>
    seconds === null || seconds <= 0 ? 0 : Math.log(seconds / low) / Math.log(high / low)
  const lead = `By their share of the critical path. A task counts once a run, however many attempts it took, with its last attempt’s duration and end. The range shows p50 (mark), p95 (box) and the longest (line), on a logarithmic scale from ${duration(low)} to ${duration(high)}.`
  return section(
    'tasks',
    'Tasks',
    lead,
    markup`<div class="scroll" tabindex="0" role="region" aria-label="Table of tasks"><table class="groups">
<thead><tr><th scope="col">Task</th><th scope="col" class="wide-only">Tasks ran</th><th scope="col">Of the path</th><th scope="col">Task p50</th><th scope="col" class="wide-only">Task p95</th><th scope="col" class="bars wide-only">p50 to longest</th><th scope="col" class="wide-only">Longest task</th><th scope="col">Change</th><th scope="col" class="wide-only">Tasks retried</th><th scope="col">Tasks failed</th></tr></thead>
<tbody>${rows.map((group) => row(group, share.get(group.name) ?? 0, changeOf(group, changes, runSeconds), place, sheet))}</tbody></table></div>`,
  )
}

function row(
  group: TaskGroup,
  share: number,
  change: Markup,
  place: (seconds: number | null) => number,
  sheet: PlaceSheet,
): Markup {
  const {
    name,
    ran,
    p50DurationSeconds: p50,
    p95DurationSeconds: p95,
    maxDurationSeconds: max,
    retried,
    failed,
  } = group
  const range =
    p50 === null
      ? null
      : markup`<span class="range"><i class="line ${sheet.span(place(p50), place(max))}"></i><i class="box ${sheet.span(place(p50), place(p95))}"></i><i class="mark ${sheet.at(place(p50))}"></i></span>`
  const number = (value: number, kind = ''): Markup =>
    markup`<td class="${kind}${value === 0 ? ' zero' : ''}">${count(value)}</td>`
  return markup`<tr><th scope="row"><code title="${visible(name)}">${shortName(name, 36)}</code></th><td class="wide-only">${count(ran)}</td><td>${wholePercent(share)}</td><td>${duration(p50)}</td><td class="wide-only">${duration(p95)}</td><td class="bars wide-only">${range}</td><td class="wide-only">${duration(max)}</td><td>${change}</td>${number(retried, 'wide-only')}<td class="${failed === 0 ? 'zero' : 'failed'}">${count(failed)}</td></tr>`
}

/** Returns the change of a task; a change under 5 % of the task or 1 % of the median run counts as none. */
function changeOf({ name }: TaskGroup, changes: readonly ChangePoint[], runSeconds: number | null): Markup {
  const change = changes.filter(({ nodeId }) => nodeId !== null && baseName(nodeId) === name).at(-1)
  const far = change === undefined ? null : difference(change.ratio)
  if (change === undefined || far === null) return markup`<span class="quiet">same</span>`
  const matters = Math.abs(change.afterSeconds - change.beforeSeconds) >= 0.01 * (runSeconds ?? 0)
  const kind = matters ? (change.ratio > 1 ? 'worse' : 'better') : 'quiet'
  return markup`<span class="${kind}" title="since ${change.day}">${change.ratio > 1 ? '▲' : '▼'} ${far}</span>`
}
