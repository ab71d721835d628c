import { duration } from './numbers.ts'
import { cells, padEnd } from './text.ts'

const MILLISECOND = 0.001
const STEPS = [
  ...[1e-6, 1e-5, 1e-4, MILLISECOND, 0.01, 0.1].flatMap((unit) => [unit, 2 * unit, 5 * unit]),
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 5, 10, 24, 48, 120, 240, 480].map((hours) => hours * 3600),
]

/** Returns a time axis `width` cells wide: round steps, no label past the end. */
export function axis(seconds: number, width: number): string {
  const most = Math.max(1, Math.floor(width / 12))
  const step = STEPS.find((candidate) => Math.floor(seconds / candidate) <= most) ?? seconds
  let line = ''
  for (let at = 0; at <= seconds; at += step) {
    const column = Math.round((at / Math.max(seconds, step)) * width)
    const label = at === 0 ? '0' : tickLabel(at)
    if (column + cells(label) > width) break
    if (column > cells(line) || at === 0) line = padEnd(line, column) + label
  }
  return line
}

/** Returns a label; whole units get no decimals: `2m`, `30s`, `500ms`. */
function tickLabel(seconds: number): string {
  return duration(seconds)
    .replace(/\.0(?=\D)/, '')
    .replace(/(\d[mhd])00?[smh]$/, '$1')
    .replace(/(\dd)0h$/, '$1')
}
