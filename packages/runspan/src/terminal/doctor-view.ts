import type { Check } from '../doctor.ts'
import type { Terminal } from './terminal.ts'
import { padEnd, visible, wrap } from './text.ts'

/** What was examined, one line each; what is wrong with its remedy below. */
export function doctorView(checks: readonly Check[], terminal: Terminal): string[] {
  const width = Math.max(...checks.map(({ check }) => check.length))
  const indent = width + 6
  const paragraph = (text: string, style: 'plain' | 'bold'): string[] =>
    wrap(visible(text), terminal.width - indent).map((line) => (style === 'bold' ? terminal.style('bold', line) : line))
  return checks.flatMap(({ check, ok, detail, fix }) => {
    const glyph = ok
      ? terminal.style('green', terminal.glyphs.completed)
      : terminal.style('red', terminal.glyphs.failed)
    const [first = '', ...rest] = [...paragraph(detail, 'plain'), ...(fix === null ? [] : paragraph(fix, 'bold'))]
    return [`  ${glyph} ${padEnd(check, width)}  ${first}`, ...rest.map((line) => ' '.repeat(indent) + line)]
  })
}
