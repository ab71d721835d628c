import { type RunSummary, USUAL_NEEDS_RUNS, type UsualDuration } from '@runspan/analytics'

import { change, count, duration, relativeDay, timestamp } from './numbers.ts'
import { counted } from './prose.ts'
import { shellId, shortId } from './short-id.ts'
import { bar } from './spark.ts'
import { statusGlyph, statusStyle } from './status.ts'
import type { Terminal } from './terminal.ts'
import { cells, cutEnd, cutMiddle, padEnd, padStart, visible } from './text.ts'

export interface RunsViewData {
  readonly runs: readonly RunSummary[]
  readonly usual: ReadonlyMap<string, UsualDuration>
  /** All runs of the range, whatever their status. */
  readonly total: number
  /** True when more than the range was asked for: then the total says nothing. */
  readonly filtered: boolean
  readonly workflow?: string | undefined
  readonly from?: Date | undefined
}

/** Widest a run's id may be. */
const ID = 24
const BAR = 14
/** From this width on, notes have a column of their own. */
const WIDE = 110

/** Runs for the terminal, newest first. */
export function runsView(data: RunsViewData, terminal: Terminal): string[] {
  const { runs } = data
  if (runs.length === 0 && (data.filtered || data.workflow !== undefined || data.from !== undefined)) {
    return ['No run matches.', '', `${terminal.style('bold', `${terminal.program} runs${terminal.where}`)}   lists all`]
  }
  if (runs.length === 0) {
    return [
      'No runs here yet.',
      '',
      `${terminal.style('bold', `${terminal.program} demo`)}   records some`,
      `${terminal.style('bold', `${terminal.program} exec -- node app.js`)}   records yours`,
    ]
  }
  const longest = Math.max(...runs.map(({ durationSeconds }) => durationSeconds))
  const several = new Set(runs.map(({ workflow }) => workflow)).size > 1
  const notes = terminal.width >= WIDE
  const started = runs.map((run) => relativeDay(new Date(run.startTime), terminal.now))
  const tasks = runs.map(({ tasks: { completed, total } }) => `${count(completed)}/${count(total)}`)
  const widths = {
    id: Math.max(3, ...runs.map(({ runId }) => Math.min(ID, cells(shortId(runId))))),
    started: Math.max(7, ...started.map(cells)),
    tasks: Math.max(5, ...tasks.map(cells)),
    workflow: several ? Math.min(22, Math.max(8, ...runs.map(({ workflow }) => cells(visible(workflow))))) : 0,
  }
  // what is fixed beside the bar and the workflow
  const used = 3 + 9 + 2 + widths.id + 2 + widths.started + 2 + 8 + 2 + 6 + 2 + widths.tasks
  let barWidth = notes ? BAR : Math.min(10, terminal.width - used - 2 - (several ? widths.workflow + 2 : 0))
  if (barWidth < 4) {
    barWidth = 0
    widths.workflow = several ? Math.max(6, Math.min(widths.workflow, terminal.width - used - 2)) : 0
  }
  const line = (parts: readonly (string | null)[]): string =>
    parts
      .filter((part) => part !== null)
      .join('  ')
      .trimEnd()
  const head = line([
    padEnd('   STATUS', 12),
    padEnd('RUN', widths.id),
    several ? padEnd('WORKFLOW', widths.workflow).slice(0, widths.workflow) : null,
    padEnd('STARTED', widths.started),
    padStart('DURATION', 8),
    barWidth > 0 ? ' '.repeat(barWidth) : null,
    padStart('USUAL', 6),
    padEnd('TASKS', widths.tasks),
    notes ? 'NOTE' : null,
  ])
  const body = runs.flatMap((run, i) => {
    const usual = data.usual.get(run.workflow)
    const compared =
      usual !== undefined && usual.runs >= USUAL_NEEDS_RUNS && (run.status === 'completed' || run.status === 'failed')
        ? change(run.durationSeconds / usual.medianSeconds)
        : ''
    const note = noteOf(run)
    const short = cutMiddle(shortId(run.runId), widths.id)
    const status = padEnd(run.status, 9)
    const row = line([
      ` ${statusGlyph(run.status, terminal)} ${run.status === 'completed' ? status : terminal.style('bold', status)}`,
      padEnd(short, widths.id),
      several ? padEnd(cutMiddle(visible(run.workflow), widths.workflow), widths.workflow) : null,
      padEnd(started[i]!, widths.started),
      padStart(`${duration(run.durationSeconds)}${run.endTime === null ? '…' : ''}`, 8),
      barWidth > 0
        ? padEnd(
            terminal.style(statusStyle(run.status), bar(run.durationSeconds / longest, barWidth, terminal)),
            barWidth,
          )
        : null,
      compared === 'same'
        ? terminal.style('dim', padStart(compared, 6))
        : terminal.style('bold', padStart(compared, 6)),
      padEnd(tasks[i]!, widths.tasks),
      notes ? note : null,
    ])
    const cut = notes ? cutStyledEnd(row, note, terminal.width) : row
    const under =
      !notes && note !== '' && run.status !== 'completed'
        ? [cutEnd(`${' '.repeat(14)}${terminal.glyphs.note} ${note}`, terminal.width)]
        : []
    return [cut, ...under]
  })
  const first = runs.find(({ status }) => status === 'failed') ?? runs[0]!
  const since = data.from === undefined ? `to ${timestamp(terminal.now)}` : `from ${timestamp(data.from)}`
  const only = several ? '' : ` of ${cutMiddle(visible(runs[0]!.workflow), 30)}`
  const summary = `${data.filtered ? counted(runs.length, 'run') : `${runs.length} of ${counted(data.total, 'run')}`}${only}`
  return [
    terminal.style('dim', head),
    ...body,
    '',
    `   ${terminal.style('dim', `${summary}, ${since}`)}`,
    `   ${terminal.program} run ${shellId(first.runId)}${terminal.where}   ${terminal.style('dim', 'one run, with its waterfall')}`,
  ]
}

/** The note is last in its line: shortening it shortens the line. */
function cutStyledEnd(row: string, note: string, width: number): string {
  const excess = cells(row) - width
  if (excess <= 0 || note === '') return row
  return row.slice(0, row.length - note.length) + cutEnd(note, Math.max(1, cells(note) - excess))
}

/** What there is to say of a run in a few words. */
export function noteOf(run: RunSummary): string {
  const parts: string[] = []
  if (run.status === 'lost' && run.endTime !== null) parts.push(`no sign of life since ${run.endTime.slice(11, 19)}`)
  if (run.status === 'failed') {
    const { firstFailed } = run.tasks
    const where = firstFailed === null ? '' : `${visible(firstFailed.nodeId)}: `
    const what = run.error ?? firstFailed?.errorType ?? ''
    if (where !== '' || what !== '') parts.push(`${where}${visible(what)}`)
  }
  if (run.status === 'cancelled' && run.error !== null) parts.push(visible(run.error))
  if (run.tasks.retries > 0 && run.status === 'completed')
    parts.push(run.tasks.retries === 1 ? '1 retry' : `${run.tasks.retries} retries`)
  return parts.join('; ')
}
