import type { Chain } from '@runspan/analytics'
import {
  afterStart,
  BY_URGENCY,
  bytes,
  cpuOf,
  duration,
  GLYPHS,
  type RunStory,
  shortName,
  visible,
} from '@runspan/story'

import type { PlaceSheet } from '../html/place-sheet.ts'
import { markup, type Markup } from '../html/template.ts'
import { section } from './section.ts'

/** Rows shown at first; script puts the rest behind a button. */
const SHOWN = 12
/** Maximum rows, to limit the document's size; the command line has all. */
const MOST = 2000

interface Row {
  readonly chain: Chain
  readonly seconds: number
  readonly waited: number
  readonly cpu: number | null
  readonly memory: number | null
}

/** Returns all tasks with filter, sort and search; failed first, then the longest. */
export function taskTable(story: RunStory, sheet: PlaceSheet): Markup | null {
  const { chains } = story
  if (chains.length === 0) return null
  const rows = chains.map(rowOf).toSorted((a, b) => urgency(a.chain) - urgency(b.chain) || b.seconds - a.seconds)
  const longest = Math.max(...rows.map(({ seconds }) => seconds), 1e-9)
  const measured = { cpu: rows.some(({ cpu }) => cpu !== null), memory: rows.some(({ memory }) => memory !== null) }
  const shown = rows.slice(0, MOST)
  return section(
    'tasks',
    'Tasks',
    rows.some(({ chain }) => urgency(chain) === 0) ? 'Failed first, then the longest.' : 'The longest first.',
    markup`${chips(chains)}
<div class="scroll" tabindex="0" role="region" aria-label="Table of tasks"><table class="tasks" data-shown="${SHOWN}">
<thead><tr>${[
      head('Task', 'name'),
      head('Status', 'status', 'text'),
      head('Attempts', 'attempts', 'wide-only'),
      head('Started', 'start', 'wide-only'),
      head('Waited', 'waited', 'wide-only'),
      head('Ran', 'ran', 'sorted'),
      markup`<th scope="col" class="bars wide-only"><span>against the longest</span></th>`,
      measured.cpu ? head('CPU time', 'cpu', 'wide-only') : null,
      measured.memory ? head('Memory peak', 'memory', 'wide-only') : null,
    ]}</tr></thead>
<tbody>${shown.map((row, i) => rowHtml(row, i, longest, measured, sheet))}</tbody>
</table></div>
<p class="controls"><button type="button" class="all" hidden aria-expanded="false">Show all ${rows.length} tasks</button><span class="none" role="status" hidden>No task matches.</span></p>
${rows.length > MOST ? markup`<p class="lead">The ${MOST} that matter most of ${rows.length}; <code>runspan tasks ${visible(story.run.runId)}</code> lists all.</p>` : null}`,
  )
}

function rowOf(chain: Chain): Row {
  const { attempts } = chain
  const cpus = attempts.flatMap(({ metrics }) => cpuOf(metrics) ?? [])
  const peaks = attempts.flatMap(({ metrics }) => metrics.memoryPeakBytes ?? [])
  return {
    chain,
    seconds: chain.status === 'skipped' ? 0 : chain.end - chain.start,
    waited: attempts[0]!.queueSeconds,
    cpu: cpus.length === 0 ? null : cpus.reduce((a, b) => a + b, 0),
    memory: peaks.length === 0 ? null : Math.max(...peaks),
  }
}

/** Returns the order: failed and lost first; the rest by length. */
function urgency({ status }: Chain): number {
  return status === 'failed' || status === 'lost' ? 0 : status === 'skipped' ? 2 : 1
}

function head(label: string, key: string, kind = ''): Markup {
  const sorted = kind === 'sorted'
  return markup`<th scope="col" data-sort="${key}" class="${sorted ? '' : kind}"${sorted ? markup` aria-sort="descending"` : null}><span>${label}</span></th>`
}

function chips(chains: readonly Chain[]): Markup {
  const retried = chains.filter(({ attempts }) => attempts.length > 1).length
  const onPath = chains.filter((chain) => chain.onPath).length
  const statuses = BY_URGENCY.map((status) => ({
    key: status as string,
    text: `${GLYPHS[status]} ${status}`,
    count: chains.filter((chain) => chain.status === status).length,
  }))
  const all = [
    { key: '', text: 'All', count: chains.length },
    ...statuses,
    { key: 'retried', text: 'retried', count: retried },
    { key: 'path', text: 'critical path', count: onPath },
  ].filter(({ count }) => count > 0)
  return markup`<div class="chips" role="group" aria-label="Filter the tasks" hidden>${all.map(
    ({ key, text, count }) =>
      markup`<button type="button" data-filter="${key}" aria-pressed="${key === '' ? 'true' : 'false'}">${text} ${count}</button>`,
  )}<input type="search" aria-label="Filter by name" placeholder="Filter by name"></div>`
}

function rowHtml(
  { chain, seconds, waited, cpu, memory }: Row,
  index: number,
  longest: number,
  measured: { cpu: boolean; memory: boolean },
  sheet: PlaceSheet,
): Markup {
  const { nodeId, status, attempts, start, onPath } = chain
  const skipped = status === 'skipped'
  const filters = [status, attempts.length > 1 ? 'retried' : '', onPath ? 'path' : '']
    .filter((word) => word !== '')
    .join(' ')
  const cell = (key: number | null, text: string, kind = ''): Markup =>
    markup`<td data-v="${key === null ? '' : Number(key.toPrecision(6))}"${kind === '' ? null : markup` class="${kind}"`}>${text}</td>`
  return markup`<tr data-f="${filters}"${index >= SHOWN ? markup` class="later"` : null}><th scope="row" data-v="${visible(nodeId)}"><code title="${visible(nodeId)}">${shortName(nodeId, 44)}</code>${onPath ? markup` <span class="on-path" title="on the critical path">◆</span>` : null}</th><td class="text ${status}" data-v="${BY_URGENCY.indexOf(status)}"><span class="glyph">${GLYPHS[status]}</span> ${status}</td>${cell(attempts.length, skipped ? '–' : String(attempts.length), 'wide-only')}${cell(start, afterStart(start), 'wide-only')}${cell(waited, duration(waited), 'wide-only')}${cell(seconds, skipped ? 'not run' : duration(seconds))}<td class="bars wide-only"><i class="${status} ${sheet.width(seconds / longest)}"></i></td>${
    measured.cpu ? cell(cpu, duration(cpu), 'wide-only') : null
  }${measured.memory ? cell(memory, bytes(memory), 'wide-only') : null}</tr>`
}
