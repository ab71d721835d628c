import { timesUsual, type UsualDurations } from '@runspan/analytics'
import type { RunSummary } from '@runspan/model'
import { counted, relativeDay, shortId, silenceNote, timestamp } from '@runspan/story'

import { change, count, duration } from './numbers.ts'
import { shellId } from './shell-id.ts'
import { bar } from './spark.ts'
import { statusGlyph, statusStyle } from './status.ts'
import type { Terminal } from './terminal.ts'
import { cells, cutEnd, cutMiddle, padEnd, padStart, visible } from './text.ts'

export interface RunsViewData {
  readonly runs: readonly RunSummary[]
  /** One entry a run, in the same order; null if too few runs came before. */
  readonly usual: readonly (UsualDurations | null)[]
  /** Number of runs of the range, whatever their status. */
  readonly total: number
  /** True if more than the range was given: then the total does not apply. */
  readonly filtered: boolean
  readonly workflow?: string | undefined
  readonly from?: Date | undefined
}

/** Maximum width of a run's id, and the width it keeps if space is short. */
const ID = 24
const SHORT_ID = 13
/** Width of a note in its own column. */
const NOTE = 16
const BAR = 14
/** Minimum width for a column of notes. */
const WIDE = 110

/** Returns runs for the terminal, newest first. */
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
  const ids = runs.map(({ runId }) => runId)
  /** Zero omits a column. */
  const widths = {
    id: Math.max(3, ...ids.map((runId) => Math.min(ID, cells(shortId(runId, ids))))),
    started: Math.max(7, ...started.map(cells)),
    duration: 8,
    bar: BAR,
    usual: 6,
    tasks: Math.max(5, ...tasks.map(cells)),
    workflow: several ? Math.min(22, Math.max(8, ...runs.map(({ workflow }) => cells(visible(workflow))))) : 0,
  }
  const room = (): number =>
    Object.values(widths).reduce((rest, width) => rest - (width > 0 ? width + 2 : 0), terminal.width - 12) -
    (notes ? NOTE + 2 : 0)
  const shrink = (name: 'id' | 'bar' | 'workflow', least: number): void => {
    if (room() < 0) widths[name] = Math.min(widths[name], Math.max(least, widths[name] + room()))
  }
  if (notes) shrink('bar', 6)
  else {
    widths.bar = 0
    const left = Math.min(10, room() - 2)
    widths.bar = left < 4 ? 0 : left
  }
  const wanted = widths.workflow
  shrink('id', SHORT_ID)
  shrink('workflow', 8)
  if (room() < 0) widths.usual = 0
  if (room() < 0) widths.started = 0
  if (room() > 0) widths.workflow = Math.min(wanted, widths.workflow + room())
  const line = (parts: readonly (string | null)[]): string =>
    parts
      .filter((part) => part !== null)
      .join('  ')
      .trimEnd()
  const head = line([
    padEnd('   STATUS', 12),
    padEnd('RUN', widths.id),
    several ? padEnd('WORKFLOW', widths.workflow) : null,
    widths.started > 0 ? padEnd('STARTED', widths.started) : null,
    padStart('DURATION', 8),
    widths.bar > 0 ? ' '.repeat(widths.bar) : null,
    widths.usual > 0 ? padStart('USUAL', 6) : null,
    padEnd('TASKS', widths.tasks),
    notes ? 'NOTE' : null,
  ])
  const body = runs.flatMap((run, i) => {
    const times = timesUsual(run, data.usual[i] ?? null)
    const compared = times === null ? '' : change(times)
    const note = noteOf(run)
    const short = cutMiddle(shortId(run.runId, ids), widths.id)
    const status = padEnd(run.status, 9)
    const row = line([
      ` ${statusGlyph(run.status, terminal)} ${run.status === 'completed' ? status : terminal.style('bold', status)}`,
      padEnd(short, widths.id),
      several ? padEnd(cutMiddle(visible(run.workflow), widths.workflow), widths.workflow) : null,
      widths.started > 0 ? padEnd(started[i]!, widths.started) : null,
      padStart(`${duration(run.durationSeconds)}${run.endTime === null ? '…' : ''}`, 8),
      widths.bar > 0
        ? padEnd(
            terminal.style(statusStyle(run.status), bar(run.durationSeconds / longest, widths.bar, terminal)),
            widths.bar,
          )
        : null,
      widths.usual > 0 ? terminal.style(compared === 'same' ? 'dim' : 'bold', padStart(compared, 6)) : null,
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
  const summary = `${data.filtered ? counted(runs.length, 'run') : `${runs.length} of ${counted(Math.max(data.total, runs.length), 'run')}`}${only}`
  return [
    terminal.style('dim', head),
    ...body,
    '',
    `   ${terminal.style('dim', `${summary}, ${since}`)}`,
    `   ${terminal.program} run ${shellId(first.runId, ids)}${terminal.where}   ${terminal.style('dim', 'one run, with its waterfall')}`,
  ]
}

/** Cuts a row by cutting its note, which comes last. */
function cutStyledEnd(row: string, note: string, width: number): string {
  const excess = cells(row) - width
  if (excess <= 0 || note === '') return row
  return row.slice(0, row.length - note.length) + cutEnd(note, Math.max(1, cells(note) - excess))
}

/** Returns a note on a run in a few words. */
export function noteOf(run: RunSummary): string {
  const parts: string[] = []
  if (run.status === 'lost' && run.endTime !== null) parts.push(silenceNote(run.endTime))
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
