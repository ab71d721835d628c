import { visible, visibleLines } from '@runspan/model'

/** The escapes that `Terminal.style` makes; in a list of parts split by it, every second one. */
export const STYLES: RegExp = new RegExp(`(${String.fromCodePoint(27)}\\[\\d+m)`)

/** Returns a finished line, styled or not, with what a view forgot to make visible; styles are the only escapes that stay. */
export function finishedLine(line: string): string {
  return withoutStyles(line, visible)
}

/** The same for several lines in one text. */
export function finishedLines(text: string): string {
  return withoutStyles(text, visibleLines)
}

function withoutStyles(text: string, show: (part: string) => string): string {
  return text
    .split(STYLES)
    .map((part, i) => (i % 2 === 1 ? part : show(part)))
    .join('')
}
