import type { Style, Terminal } from './terminal.ts'

/** Returns values as small bars from zero, each in its own style; a missing value is a gap, not a low bar. */
export function spark(
  values: readonly ({ readonly value: number; readonly style: Style } | null)[],
  { glyphs, style }: Terminal,
): string {
  const highest = Math.max(...values.map((item) => item?.value ?? 0), 0)
  const { levels } = glyphs
  return values
    .map((item) => {
      if (item === null) return ' '
      const level = highest === 0 ? 0 : Math.round((item.value / highest) * (levels.length - 1))
      return style(item.style, levels[Math.min(levels.length - 1, level)]!)
    })
    .join('')
}

/** Returns a bar of at most `width` cells and at least one. */
export function bar(part: number, width: number, { glyphs }: Terminal): string {
  return glyphs.bar.repeat(Math.max(1, Math.round(Math.min(1, part) * width)))
}
