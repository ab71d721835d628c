import type { Style, Terminal } from './terminal.ts'

/** Values as small bars from zero, each in its own style. */
export function spark(
  values: readonly { readonly value: number; readonly style: Style }[],
  { glyphs, style }: Terminal,
): string {
  const highest = Math.max(...values.map(({ value }) => value), 0)
  const { levels } = glyphs
  return values
    .map((item) =>
      style(
        item.style,
        levels[
          highest === 0 ? 0 : Math.min(levels.length - 1, Math.round((item.value / highest) * (levels.length - 1)))
        ]!,
      ),
    )
    .join('')
}

/** A bar of so many cells at most, one at least. */
export function bar(part: number, width: number, { glyphs }: Terminal): string {
  return glyphs.bar.repeat(Math.max(1, Math.round(Math.min(1, part) * width)))
}
