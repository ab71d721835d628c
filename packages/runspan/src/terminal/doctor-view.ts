import type { Check } from '../doctor.ts'
import type { Terminal } from './terminal.ts'
import { padEnd, visible, wrap } from './text.ts'

/** Returns one line a check, with a fix below a failed one; then every setting with its source. */
export function doctorView(checks: readonly Check[], terminal: Terminal): string[] {
  const examined = checks.filter(({ setting }) => setting === undefined)
  const settings = checks.filter(({ setting }) => setting !== undefined)
  const width = Math.max(...examined.map(({ check }) => check.length))
  const indent = width + 6
  const paragraph = (text: string, style: 'plain' | 'bold'): string[] =>
    text
      .split('\n')
      .flatMap((line) => wrap(visible(line), terminal.width - indent))
      .map((line) => (style === 'bold' ? terminal.style('bold', line) : line))
  return [
    ...examined.flatMap(({ check, ok, detail, fix }) => {
      const glyph = ok
        ? terminal.style('green', terminal.glyphs.completed)
        : terminal.style('red', terminal.glyphs.failed)
      const [first = '', ...rest] = [...paragraph(detail, 'plain'), ...(fix === null ? [] : paragraph(fix, 'bold'))]
      return [`  ${glyph} ${padEnd(check, width)}  ${first}`, ...rest.map((line) => ' '.repeat(indent) + line)]
    }),
    ...settingLines(settings, terminal),
  ]
}

function settingLines(checks: readonly Check[], terminal: Terminal): string[] {
  if (checks.length === 0) return []
  const shownKey = (check: Check): string => check.setting!.key.replace('tracking.', '')
  const width = Math.max(...checks.map((check) => shownKey(check).length))
  const indent = width + 6
  return [
    '',
    `  ${terminal.style('bold', 'Settings')}`,
    ...checks.flatMap((check) => {
      const [first = '', ...rest] = wrap(visible(nearer(check.detail)), terminal.width - indent)
      return [`    ${padEnd(shownKey(check), width)}  ${first}`, ...rest.map((line) => ' '.repeat(indent) + line)]
    }),
  ]
}

/** Removes the working directory from paths below it. */
function nearer(text: string): string {
  return text.replaceAll(`${process.cwd()}/`, '')
}
