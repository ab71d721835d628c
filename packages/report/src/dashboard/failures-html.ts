import { proseHtml } from '../html/prose-html.ts'
import { markup, type Markup } from '../html/template.ts'
import { counted } from '../words/listing.ts'
import { shortText, visible } from '../words/names.ts'
import { count, duration, percent } from '../words/numbers.ts'
import { names } from '../words/prose.ts'
import { day } from '../words/times.ts'
import type { DashboardDocument } from './dashboard-document.ts'

const MOST = 5

/** What failed for good, and beside it what fails and recovers: each with its cost and when it was seen. */
export function failuresHtml({ failures, flaky }: DashboardDocument): Markup {
  const forGood = failures.filter(({ runsFailed }) => runsFailed > 0).toSorted((a, b) => b.runsFailed - a.runsFailed)
  const rest = forGood.length - MOST
  return markup`<div class="columns"><section id="failures" aria-labelledby="failures-h"><h2 id="failures-h">Failures</h2>${forGood
    .slice(0, MOST)
    .map(
      ({ errorType, errorMessage, runsFailed, count: attempts, nodes, firstSeen, lastSeen }) =>
        markup`<article class="error"><h3>${visible(errorType) || 'Error'} <span class="quiet">· ended ${counted(runsFailed, 'run')}, ${counted(attempts, 'attempt')}</span></h3><p class="message">${shortText(errorMessage || 'no message', 240)}</p><p class="where">${proseHtml(names(nodes, 3))} · ${seen(firstSeen, lastSeen)}</p></article>`,
    )}${
    rest > 0
      ? markup`<p class="lead">${counted(rest, 'more kind')}.</p>`
      : markup`<p class="lead">${forGood.length === 0 ? 'Nothing failed for good in this time.' : 'Nothing else failed for good in this time.'}</p>`
  }</section><section id="flaky" aria-labelledby="flaky-h"><h2 id="flaky-h">Flaky</h2>${flaky
    .slice(0, MOST)
    .map(
      (task) =>
        markup`<article class="error recovered"><h3><code>${shortText(task.nodeId, 60)}</code> <span class="quiet">· ${count(task.kind === 'recovers' ? task.recoveredRuns : task.failedRuns)} of ${counted(task.runs, 'run')} (${percent(task.rate)})</span></h3><p class="message">${shortText(`${task.errorType}: ${task.errorMessage}`, 200)}, ${task.kind === 'recovers' ? 'then fine on a retry' : 'in some runs of a version and not in others'}</p><p class="where">cost ${duration(task.wastedSeconds + task.backoffSeconds)} in all · ${seen(task.firstSeen, task.lastSeen)}</p></article>`,
    )}${flaky.length === 0 ? markup`<p class="lead">No task fails and recovers.</p>` : null}</section></div>`
}

function seen(first: string, last: string): string {
  const from = day(new Date(first))
  const to = day(new Date(last))
  return from === to ? `seen on ${from}` : `first ${from}, last ${to}`
}
