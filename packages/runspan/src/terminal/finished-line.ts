import { visible, visibleLines } from '@runspan/model'

/** Escapes that `Terminal.style` makes. In a list of parts split by it, every second one is an escape. */
export const STYLES: RegExp = new RegExp(`(${String.fromCodePoint(27)}\\[\\d+m)`)

/**
 * Returns a finished line with hidden characters, which a view forgot to escape, made visible; only styles remain as escapes.
 */
export function finishedLine(line: string): string {
  return withoutStyles(line, visible)
}

/** Same as `finishedLine`, for several lines in one text. */
export function finishedLines(text: string): string {
  return withoutStyles(text, visibleLines)
}

function withoutStyles(text: string, show: (part: string) => string): string {
  return text
    .split(STYLES)
    .map((part, i) => (i % 2 === 1 ? part : show(part)))
    .join('')
}
