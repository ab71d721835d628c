import { type Chain, secondsBetween } from '@runspan/analytics'
import {
  afterStart,
  duration,
  GLYPHS,
  type PathPiece,
  type RunStory,
  shortName,
  shortText,
  visible,
} from '@runspan/story'

import type { PlaceSheet } from '../html/place-sheet.ts'
import { markup, type Markup, NOTHING } from '../html/template.ts'
import { ticks } from './axis.ts'
import { type Gap, gaps } from './cut-axis.ts'
import { levelShape } from './level-shape.ts'
import { timelineRows, type TimelineRow, waitingRows } from './rows.ts'
import { TimeScale } from './time-scale.ts'

/** Share of the axis from which a wait is named on the track. */
const NAMED_WAIT = 0.13
/** Space for the rightmost label and the end of the run. */
const AXIS_ROOM = 1.012
const NAME = 34

export interface TimelineOptions {
  readonly sheet: PlaceSheet
  /** Seconds of the axis; by default those of the run, or the usual time of a running one. */
  readonly axisSeconds?: number | undefined
  /** Whether the axis can be cut at gaps without tasks. */
  readonly cut?: boolean | undefined
  /** Prefix of links to rows of the task table. */
  readonly tableId?: string | undefined
}

interface Draw {
  readonly story: RunStory
  readonly sheet: PlaceSheet
  readonly scale: TimeScale
  readonly pathOf: ReadonlyMap<Chain, readonly PathPiece[]>
  readonly rowOf: ReadonlyMap<Chain, number>
  readonly tableId: string
}

/**
 * Returns the run's tasks on one time axis as a list of rows: text is real text, one file works at every width, and it needs
 * no script.
 */
export function timelineHtml(story: RunStory, options: TimelineOptions): Markup {
  const { sheet } = options
  const axisSeconds = options.axisSeconds ?? axisOf(story)
  const end = axisSeconds * AXIS_ROOM
  const idle = options.cut === true ? timelineGaps(story) : []
  const scale = new TimeScale(sheet, end, idle)
  const rows = [...timelineRows(story.chains, end), ...waitingRows(story.document.timeLeft?.waitingTasks ?? [])]
  const pathOf = new Map<Chain, PathPiece[]>()
  for (const piece of story.path) {
    if (piece.chain !== null) pathOf.set(piece.chain, [...(pathOf.get(piece.chain) ?? []), piece])
  }
  const rowOf = new Map(rows.flatMap((row, i) => (row.kind === 'task' ? [[row.chain, i] as const] : [])))
  const draw: Draw = { story, sheet, scale, pathOf, rowOf, tableId: options.tableId ?? 'tasks' }
  const marks = ticks(axisSeconds)
  const isRunning = story.run.status === 'running'
  return markup`<div class="timeline">
<div class="axis" aria-hidden="true"><div class="track">${marks.map(({ at, label, major }) => markup`<span class="tick${major ? '' : ' minor'} ${scale.tick(at)}">${label}</span>`)}</div><span class="ran">ran for</span></div>
<div class="rows"><div class="grid" aria-hidden="true"><div class="track">${marks.map(({ at }) => markup`<i class="${scale.tick(at)}"></i>`)}<i class="${isRunning ? 'now' : 'end'} ${scale.at(story.run.durationSeconds)}"></i>${idle.map(({ from, to }) => markup`<b class="break ${scale.span(from, to)}"><span>${duration(to - from)}</span></b>`)}</div></div>
<ol>${rows.map((row, i) => rowHtml(row, i, draw))}</ol></div>
</div>`
}

/** Returns gaps that can be cut: no task ran in them, and they are over half of the axis. */
export function timelineGaps(story: RunStory): Gap[] {
  return story.run.status === 'running' ? [] : gaps(story.chains, story.run.startTime, story.run.durationSeconds)
}

/** Returns the end of the axis: the run's end; for a running run its usual end, if that is later. */
export function axisOf({ run, document: { usual } }: RunStory): number {
  const usualSeconds = run.status === 'running' && usual !== null ? usual.medianSeconds : 0
  return Math.max(run.durationSeconds, usualSeconds, 1e-6)
}

function rowHtml(row: TimelineRow, index: number, draw: Draw): Markup {
  switch (row.kind) {
    case 'task':
      return taskRow(row.chain, row.inGroup, index, draw)
    case 'group':
      return groupRow(row)
    case 'waiting':
      return markup`<li class="row waiting"><span class="name" title="${visible(row.name)}">${shortName(row.name, NAME)}</span><span class="track"></span><span class="ran">waiting</span></li>`
    case 'more':
      return markup`<li class="row more${row.inGroup ? ' inner' : ''}"><span class="name"><a href="#${draw.tableId}">${row.count} ${row.inGroup ? 'more' : 'others'}</a></span><span class="track"></span><span class="ran"></span></li>`
  }
}

function groupRow({ name, chains, levels, peak }: TimelineRow & { kind: 'group' }): Markup {
  const failed = chains.filter(({ status }) => status === 'failed' || status === 'lost').length
  return markup`<li class="row group"><span class="name" title="${visible(name)}">${shortName(name, 20)} <span class="times">×${'\u202F'}${chains.length}</span>${
    failed > 0 ? markup` <span class="tag failed">${failed} failed</span>` : null
  }</span><span class="track">${levelShape(levels, peak)}</span><span class="ran">${peak} at once</span><span class="hidden">: ${chains.length} tasks, at most ${peak} at once, from ${afterStart(Math.min(...chains.map(({ start }) => start)))} to ${afterStart(Math.max(...chains.map(({ end }) => end)))}</span></li>`
}

function taskRow(chain: Chain, inGroup: boolean, index: number, draw: Draw): Markup {
  const { nodeId, attempts, status, onPath } = chain
  const tag = tagOf(chain)
  const label = shortName(nodeId, NAME - Math.max(0, tagCharacters(chain) - 1) - (inGroup ? 3 : 0))
  const skipped = status === 'skipped'
  return markup`<li class="row${inGroup ? ' inner' : ''}${onPath ? ' on-path' : ''}"><span class="name" title="${visible(nodeId)}">${label}${tag}</span><span class="track">${skipped ? skippedMark(chain, draw) : chainMarks(chain, draw)}${pathMarks(chain, index, draw)}</span><span class="ran">${skipped ? 'not run' : status === 'pending' ? 'waiting' : markup`${duration(chain.end - chain.start)}${status === 'running' ? ' …' : null}`}</span><span class="hidden">: ${status}${
    skipped
      ? markup`${attempts.at(-1)!.reason === null ? null : `, ${visible(attempts.at(-1)!.reason!)}`}`
      : markup`, started ${afterStart(chain.start)}, took ${duration(chain.end - chain.start)}${attempts.length > 1 ? `, ${attempts.length} attempts` : null}`
  }${onPath ? ', on the critical path' : null}</span></li>`
}

/** Returns about how many characters of the name's space the tag takes. */
function tagCharacters({ status, attempts }: Chain): number {
  if (status === 'completed' || status === 'skipped') return attempts.length > 1 ? 12 : 0
  return attempts.length > 1 && status === 'failed' ? 14 : 12
}

function tagOf({ status, attempts }: Chain): Markup {
  const several = attempts.length > 1 ? `${attempts.length} attempts` : ''
  if (status === 'failed') return markup` <span class="tag failed">${GLYPHS.failed} ${several || 'failed'}</span>`
  if (status === 'lost' || status === 'running' || status === 'cancelled' || status === 'pending') {
    return markup` <span class="tag ${status}">${GLYPHS[status]} ${status}</span>`
  }
  return several === '' ? NOTHING : markup` <span class="tag lost">${several}</span>`
}

function skippedMark({ start, attempts }: Chain, { scale }: Draw): Markup {
  const { reason } = attempts.at(-1)!
  const words = markup`<span class="words">skipped${reason === null ? null : `, ${shortText(reason, 48)}`}</span>`
  return scale.part(start) > 0.5
    ? markup`<span class="skip before ${scale.before(start)}">${words}<i class="diamond"></i></span>`
    : markup`<span class="skip ${scale.at(start)}"><i class="diamond"></i>${words}</span>`
}

function chainMarks(chain: Chain, { story, scale }: Draw): Markup {
  let idle = chain.start
  const parts = chain.attempts.map((attempt, i) => {
    const start = secondsBetween(story.run.startTime, attempt.startTime)
    const end = start + (attempt.durationSeconds ?? 0)
    // time before a retry is its pause, not a queue
    const queued = i === 0 ? Math.max(0, start - attempt.queueSeconds) : start
    const wait = start - queued
    const pause = i > 0 && queued > idle ? markup`<i class="pause ${scale.span(idle, queued)}"></i>` : null
    const whisker =
      scale.part(wait) > 0.001
        ? markup`<i class="whisker ${scale.span(queued, start)}"></i>${
            scale.part(wait) > NAMED_WAIT
              ? markup`<span class="wait-label ${scale.words(queued, start)}"><b>waited ${duration(wait)}</b></span>`
              : null
          }`
        : null
    idle = end
    const glyph =
      attempt.status === 'failed' || attempt.status === 'cancelled' || attempt.status === 'lost'
        ? GLYPHS[attempt.status]
        : null
    return markup`${pause}${whisker}<i class="bar ${attempt.status} ${scale.span(start, end)}">${glyph === null || scale.part(end - start) < 0.018 ? null : markup`<b>${glyph}</b>`}</i>`
  })
  return markup`${parts}`
}

/**
 * Returns the marks of the critical path: a line under bars, dashed under waits, and down to this row from the previous one.
 */
function pathMarks(chain: Chain, index: number, { story, sheet, scale, pathOf, rowOf }: Draw): Markup {
  const pieces = pathOf.get(chain) ?? []
  return markup`${pieces.map((piece) => {
    const before = story.path[story.path.indexOf(piece) - 1]
    const from = before === undefined || before.chain === null ? undefined : rowOf.get(before.chain)
    const gap = from === undefined ? 0 : index - from
    const link =
      gap === 0
        ? null
        : markup`<i class="link ${gap > 0 ? 'down' : 'up'} ${scale.at(piece.from)} ${sheet.place(`height:calc(var(--row)*${Math.abs(gap)} + 3px)`)}"></i>`
    return markup`${link}${
      scale.part(piece.start - piece.from) > 0.0005
        ? markup`<i class="path waited ${scale.span(piece.from, piece.start)}"></i>`
        : null
    }<i class="path ${scale.span(piece.start, piece.end)}"></i>`
  })}`
}
