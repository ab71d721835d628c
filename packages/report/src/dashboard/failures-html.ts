import type { DashboardDocument } from '@runspan/analytics'
import {
  count,
  counted,
  day,
  duration,
  GLYPHS,
  latestRuns,
  minute,
  names,
  percent,
  shortId,
  shortName,
  shortText,
  visible,
} from '@runspan/story'

import { proseHtml } from '../html/prose-html.ts'
import { markup, type Markup } from '../html/template.ts'
import { failedRuns, MOST_FAILURES, shownFailures } from './opened-runs.ts'

/** Returns what permanently failed, and next to it what fails and recovers, each with its cost and when it occurred. */
export function failuresHtml(document: DashboardDocument): Markup {
  const { failures, flaky, reports } = document
  const forGood = shownFailures(failures)
  const rest = failures.filter(({ runsFailed }) => runsFailed > 0).length - forGood.length
  return markup`<div class="columns"><section id="failures" aria-labelledby="failures-h"><h2 id="failures-h">Failures</h2>${forGood.map(
    ({ errorType, errorMessage, runsFailed, count: attempts, nodes, firstSeen, lastSeen, lastRunId }) =>
      markup`<article class="error"><h3>${visible(errorType) || 'Error'} <span class="quiet">· ended ${counted(runsFailed, 'run')}, ${counted(attempts, 'attempt')}</span></h3><p class="message">${shortText(errorMessage || 'no message', 240)}</p><p class="where">${proseHtml(names(nodes, 3))} · ${seen(firstSeen, lastSeen)}${reports[lastRunId] === undefined ? null : markup` · <a href="${reports[lastRunId]}">open the last run</a>`}</p></article>`,
  )}${
    rest > 0
      ? markup`<p class="lead">${counted(rest, 'more kind')}.</p>`
      : markup`<p class="lead">${forGood.length === 0 ? 'Nothing failed for good in this time.' : 'Nothing else failed for good in this time.'}</p>`
  }${failedList(document)}</section><section id="flaky" aria-labelledby="flaky-h"><h2 id="flaky-h">Flaky</h2>${flaky
    .slice(0, MOST_FAILURES)
    .map(
      (task) =>
        markup`<article class="error recovered"><h3><code>${shortText(task.nodeId, 60)}</code> <span class="quiet">· ${count(task.kind === 'recovers' ? task.recoveredRuns : task.failedRuns)} of ${counted(task.runs, 'run')} (${percent(task.rate)})</span></h3><p class="message">${shortText(`${task.errorType}: ${task.errorMessage}`, 200)}, ${task.kind === 'recovers' ? 'then fine on a retry' : 'in some runs of a version and not in others'}</p><p class="where">cost ${duration(task.wastedSeconds + task.backoffSeconds)} in all · ${seen(task.firstSeen, task.lastSeen)}</p></article>`,
    )}${flaky.length === 0 ? markup`<p class="lead">No task fails and recovers.</p>` : null}</section></div>`
}

/** Returns every failed run that has a document, and how to list the others. */
function failedList({ runs, stats, reports, workflow }: DashboardDocument): Markup | null {
  const all = runs.filter(({ status }) => status === 'failed' || status === 'lost').length
  const listed = failedRuns(runs)
  if (listed.length === 0) return null
  const rest = all - listed.length
  return markup`<details class="numbers" open><summary>${all} of ${latestRuns({ runs, stats })} failed${runs.some(({ status }) => status === 'lost') ? ' or lost' : ''}, the newest first</summary><ul>${listed.map(
    ({ runId, status, startTime }) => {
      const when = minute(new Date(startTime))
      const link = reports[runId]
      const words = markup`<span class="${status}"><span class="glyph">${GLYPHS[status]}</span></span> <code title="${visible(runId)}">${shortName(shortId(runId), 32)}</code>, ${when}`
      return markup`<li>${link === undefined ? words : markup`<a href="${link}">${words}</a>`}</li>`
    },
  )}</ul>${rest > 0 ? markup`<p class="lead">${counted(rest, 'older one')}: <code>runspan runs --workflow ${visible(workflow)} --status failed</code>, then <code>runspan report</code>.</p>` : null}</details>`
}

function seen(first: string, last: string): string {
  const from = day(new Date(first))
  const to = day(new Date(last))
  return from === to ? `seen on ${from}` : `first ${from}, last ${to}`
}
