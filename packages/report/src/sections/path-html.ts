import type { RunStatus } from '@runspan/model'
import {
  counted,
  duration,
  type PathRow,
  pathRows,
  type RunStory,
  shortName,
  visible,
  wholePercent,
} from '@runspan/story'

import type { PlaceSheet } from '../html/place-sheet.ts'
import { markup, type Markup } from '../html/template.ts'
import { section } from './section.ts'

const ROWS = 6
/** Minimum share of a wait that is named in the strip; a task is named if its name fits. */
const NAMED_WAIT = 0.1
const CHARACTERS = 128

const FOLLOWS = {
  dependencies: 'Anything else could have taken longer without delaying the end.',
  mixed: 'Some tasks name no dependencies: from those on it follows the times.',
  time: 'The spans name no dependencies, so it follows the times.',
}

/** Returns the critical path as one strip and by task: its parts add up to the run's duration. */
export function pathHtml(story: RunStory, sheet: PlaceSheet): Markup | null {
  const { run, path } = story
  if (path.length === 0 || run.durationSeconds <= 0) return null
  const total = path.at(-1)!.end
  const lead = `The critical path: the chain of tasks and waits that made the run as long as it was. ${FOLLOWS[run.criticalPathMethod]}`
  return section(
    'path',
    'Where the time went',
    lead,
    markup`<div class="strip" role="img" aria-label="The critical path from start to end; the table below has its parts">${path.map(
      ({ chain, failed, from, start, end }) =>
        markup`${
          start > from
            ? markup`<span class="waited ${sheet.span(from / total, start / total)}">${(start - from) / total >= NAMED_WAIT ? markup`<b${(start - from) / total < 0.28 ? markup` class="wide-only"` : null}>waited ${duration(start - from)}</b>` : null}</span>`
            : null
        }${
          end > start
            ? markup`<span class="ran ${failed ? 'failed' : chain === null ? run.status : chain.status === 'cancelled' ? 'cancelled' : ''} ${sheet.span(start / total, end / total)}">${
                chain !== null &&
                (end - start) / total >= NAMED_WAIT &&
                visible(chain.nodeId).length <= ((end - start) / total) * CHARACTERS
                  ? markup`<b${(end - start) / total < 0.35 ? markup` class="wide-only"` : null}>${visible(chain.nodeId)}</b>`
                  : null
              }</span>`
            : null
        }`,
    )}</div>
<div class="strip-axis" aria-hidden="true"><span>start</span><span>${duration(total / 2)}</span><span>${duration(total)}</span></div>
${table(story, pathRows(story), sheet)}`,
  )
}

function table({ run }: RunStory, rows: readonly PathRow[], sheet: PlaceSheet): Markup {
  const shown = rows.length <= ROWS + 1 ? rows : rows.slice(0, ROWS)
  const rest = rows.slice(shown.length)
  const widest = Math.max(...rows.map(({ share }) => share), 1e-9)
  const ran = rows.reduce((sum, row) => sum + row.ranSeconds, 0)
  const waited = rows.reduce((sum, row) => sum + row.waitSeconds, 0)
  const row = (label: Markup, part: Omit<PathRow, 'name'>): Markup =>
    markup`<tr><th scope="row">${label}</th><td class="wide-only bars"><span class="share"><i class="waited ${sheet.width(part.waitSeconds / run.durationSeconds / widest)}"></i><i class="ran ${barKind(part, run.status)} ${sheet.width(part.ranSeconds / run.durationSeconds / widest)}"></i></span></td><td>${duration(part.waitSeconds)}</td><td>${duration(part.ranSeconds)}</td><td>${wholePercent(part.share)}</td></tr>`
  const sum = (key: 'waitSeconds' | 'ranSeconds' | 'share'): number => rest.reduce((all, item) => all + item[key], 0)
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="The critical path by task"><table class="path-table">
<thead><tr><th scope="col">Task</th><th scope="col" class="wide-only bars">Share of the run</th><th scope="col">Waited</th><th scope="col">Ran</th><th scope="col">Of the run</th></tr></thead>
<tbody>${shown.map((item) => row(item.isTask ? markup`<code title="${visible(item.name)}">${shortName(item.name, 32)}</code>` : markup`<span class="quiet">${item.name}</span>`, item))}${
    rest.length > 0
      ? row(markup`<span class="quiet">${counted(rest.length, 'other')}</span>`, {
          waitSeconds: sum('waitSeconds'),
          ranSeconds: sum('ranSeconds'),
          share: sum('share'),
          failed: false,
          isTask: true,
        })
      : null
  }</tbody>
<tfoot><tr><th scope="row">Total</th><td class="wide-only"></td><td>${duration(waited)}</td><td>${duration(ran)}</td><td>${wholePercent((waited + ran) / run.durationSeconds)}</td></tr></tfoot>
</table></div>`
}

/** Returns the kind of a bar: an open task, or one without a known end, is not green. */
function barKind({ failed, isTask }: Pick<PathRow, 'failed' | 'isTask'>, status: RunStatus): string {
  if (failed) return 'failed'
  return !isTask && (status === 'running' || status === 'lost') ? status : ''
}
