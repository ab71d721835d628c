import { type Chain, concurrencyOverTime, type Group, secondsBetween } from '@runspan/analytics'

import { axis } from './axis.ts'
import { duration } from './numbers.ts'
import { statusGlyph, statusStyle } from './status.ts'
import type { Style, Terminal } from './terminal.ts'
import { cells, cutEnd, cutMiddle, padEnd, padStart, visible } from './text.ts'

const INDENT = 2
const RIGHT = 12
/** Maximum rows before tasks of one name share a row. */
const GROUP_OVER_ROWS = 24
/** Number of tasks of one name from which they always share a row. */
const GROUP_OVER_CHAINS = 8
/** Maximum separate rows for tasks of a group that failed, were retried or are on the critical path. */
const TROUBLE_ROWS = 8
const MOST_ROWS = 60

/** Returns the run's tasks on a time axis, one row each; many tasks of one name share a row. */
export function waterfall(list: readonly Group[], seconds: number, terminal: Terminal): string[] {
  const rows = list.reduce((sum, { chains }) => sum + chains.length, 0)
  const grouped = (group: Group): boolean =>
    group.chains.length > GROUP_OVER_CHAINS || (rows > GROUP_OVER_ROWS && group.chains.length > 3)
  const labels = list.flatMap((group) =>
    grouped(group)
      ? [`${group.name} ×${group.chains.length}`]
      : group.chains.map((chain) => chainLabel(chain, chain.nodeId)),
  )
  const nameWidth = Math.min(
    Math.max(12, ...labels.map((label) => cells(visible(label)))),
    terminal.width >= 110 ? 28 : terminal.width >= 76 ? 20 : 15,
  )
  const trackWidth = terminal.width - INDENT - nameWidth - 2 - RIGHT
  const draw = { terminal, seconds: Math.max(seconds, 1e-9), nameWidth, trackWidth }
  const lines = list.flatMap((group) =>
    grouped(group) ? groupRows(group, draw) : group.chains.map((chain) => chainRow(chain, chain.nodeId, 0, draw)),
  )
  const hidden = lines.length - MOST_ROWS
  return [
    ' '.repeat(INDENT + nameWidth + 2) + terminal.style('dim', axis(seconds, trackWidth)),
    ...lines.slice(0, hidden > 0 ? MOST_ROWS : undefined),
    ...(hidden > 0
      ? [terminal.style('dim', `${' '.repeat(INDENT)}… ${hidden} more rows: runspan tasks lists all`)]
      : []),
  ]
}

interface Draw {
  readonly terminal: Terminal
  readonly seconds: number
  readonly nameWidth: number
  readonly trackWidth: number
}

function groupRows(group: Group, draw: Draw): string[] {
  const { terminal, trackWidth } = draw
  const { levels, peak } = concurrencyOverTime(group.chains, draw.seconds, trackWidth)
  const { glyphs } = terminal
  const track = levels
    .map((level) =>
      level === 0
        ? ' '
        : glyphs.levels[Math.min(glyphs.levels.length - 1, Math.ceil((level / peak) * glyphs.levels.length) - 1)]!,
    )
    .join('')
  const name = `${visible(group.name)} ${terminal.style('dim', `×${group.chains.length}`)}`
  const head = row(
    name,
    terminal.style('green', track),
    terminal.style('dim', padStart(`${peak} at once`, RIGHT)),
    draw,
  )
  const special = group.chains.filter(
    ({ onPath, attempts, status }) => onPath || attempts.length > 1 || (status !== 'completed' && status !== 'skipped'),
  )
  const shown = special.slice(0, TROUBLE_ROWS)
  return [
    head,
    ...shown.map((chain) => chainRow(chain, shortName(chain, group), 2, draw)),
    ...(special.length > shown.length
      ? [row(terminal.style('dim', `  ${special.length - shown.length} more`), '', '', draw)]
      : []),
  ]
}

function shortName(chain: Chain, group: Group): string {
  return chain.nodeId === group.name ? `#${group.chains.indexOf(chain) + 1}` : chain.nodeId.slice(group.name.length)
}

function chainLabel({ attempts, status }: Chain, name: string): string {
  if (attempts.length === 1) return name
  return `${name} ${status === 'failed' ? '✕ ' : ''}${attempts.length} attempts`
}

function chainRow(chain: Chain, name: string, indent: number, draw: Draw): string {
  const { terminal, nameWidth } = draw
  const { attempts, status, onPath } = chain
  const tag =
    attempts.length > 1
      ? ` ${status === 'failed' ? `${statusGlyph('failed', terminal)} ` : ''}${terminal.style('dim', `${attempts.length} attempts`)}`
      : ''
  const full = visible(name)
  // the mark in the bar also shows a failed attempt, so the name matters more than the tag
  const tagFits = cells(full) + indent + cells(tag) <= nameWidth
  const short = tagFits ? full : cutMiddle(full, nameWidth - indent)
  const label = ' '.repeat(indent) + (onPath ? terminal.style('bold', short) : short) + (tagFits ? tag : '')
  if (status === 'skipped') {
    const reason = attempts.at(-1)!.reason
    const text = cutEnd(`skipped${reason === null ? '' : `: ${visible(reason)}`}`, draw.trackWidth - 2)
    const track = padStart(`${terminal.style('dim', text)} ${terminal.glyphs.skipped}`, draw.trackWidth)
    return row(label, track, terminal.style('dim', padStart('not run', RIGHT - 2)), draw)
  }
  const took = padStart(duration(chain.end - chain.start), RIGHT - 2)
  return row(
    label,
    chainTrack(chain, draw),
    onPath ? `${terminal.style('bold', took)} ${terminal.glyphs.onPath}` : took,
    draw,
  )
}

function chainTrack(chain: Chain, { terminal, seconds, trackWidth }: Draw): string {
  const track: { text: string; style: Style }[] = Array.from({ length: trackWidth }, () => ({
    text: ' ',
    style: 'dim',
  }))
  const column = (at: number): number => Math.min(trackWidth - 1, Math.max(0, Math.floor((at / seconds) * trackWidth)))
  const first = chain.attempts[0]!
  let idle = column(chain.start - first.queueSeconds)
  for (const attempt of chain.attempts) {
    const start = chain.start + secondsBetween(first.startTime, attempt.startTime)
    const from = column(start)
    const to = Math.max(from, column(start + (attempt.durationSeconds ?? 0) - 1e-9))
    for (let i = idle; i < from; i++) {
      if (track[i]!.text === ' ') track[i] = { text: terminal.glyphs.wait, style: 'dim' }
    }
    idle = to
    const style = statusStyle(attempt.status)
    const glyph = chain.onPath ? terminal.glyphs.path : terminal.glyphs.bar
    for (let i = from; i <= to; i++) {
      // a short attempt must not paint over the mark of the previous one
      if (track[i]!.text !== terminal.glyphs.failed) track[i] = { text: glyph, style }
    }
    if (attempt.status === 'failed') track[to] = { text: terminal.glyphs.failed, style }
    if (attempt.status === 'lost') track[to] = { text: terminal.glyphs.lost, style }
    if (attempt.status === 'cancelled') track[to] = { text: terminal.glyphs.cancelled, style }
  }
  return runsOf(track)
    .map(({ text, style }) => (text.trim() === '' ? text : terminal.style(style, text)))
    .join('')
}

/** Joins neighbours of one style, to need one escape for all. */
function runsOf(track: readonly { text: string; style: Style }[]): { text: string; style: Style }[] {
  const result: { text: string; style: Style }[] = []
  for (const cell of track) {
    const last = result.at(-1)
    if (last !== undefined && last.style === cell.style) last.text += cell.text
    else result.push({ ...cell })
  }
  return result
}

function row(name: string, track: string, right: string, { nameWidth, trackWidth }: Draw): string {
  return `${' '.repeat(INDENT)}${padEnd(name, nameWidth)}  ${padEnd(track, trackWidth)}${right}`.trimEnd()
}

/** Returns what the characters mean. */
export function waterfallKey({ glyphs, width, style }: Terminal): string {
  const wide = width >= 110
  const { path, onPath, bar, wait, levels, failed, skipped } = glyphs
  const parts = [
    `${path} ${onPath} ${wide ? 'on the critical path' : 'critical path'}`,
    `${bar} ${wide ? 'not on it' : 'other'}`,
    `${wait} waited`,
    ...(width >= 76
      ? [
          `${levels[0]}${levels[Math.floor(levels.length / 2)]}${levels.at(-1)} ${wide ? 'how many at once' : 'at once'}`,
        ]
      : []),
    `${failed} ${wide ? 'failed attempt' : 'failed'}`,
    `${skipped} skipped`,
  ]
  return `  ${style('dim', cutEnd(parts.join(wide ? '   ' : '  '), width - INDENT))}`
}
