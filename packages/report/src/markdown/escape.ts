import { type Piece, type Prose, visible } from '@runspan/story'

/** Returns text on one line that Markdown, HTML within it, and tables do not interpret, and that mentions nobody. */
export function markdownText(text: string): string {
  return visible(text.replaceAll(/\s+/g, ' '))
    .toWellFormed()
    .replaceAll(/[\\`*_{}[\]#|~$!]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
}

/** Returns the same in monospace; a name that could end a code span or a cell is escaped within an element. */
export function markdownCode(text: string): string {
  const shown = visible(text.replaceAll(/\s+/g, ' ')).toWellFormed()
  return /[`<>|&\\]|^ | $|^$/.test(shown) ? `<code>${markdownText(shown)}</code>` : `\`${shown}\``
}

/** Returns a sentence with its marks. */
export function markdownProse(prose: Prose): string {
  return prose.map(piece).join('')
}

function piece(part: Piece): string {
  if (typeof part === 'string') return markdownText(part)
  if ('code' in part) return markdownCode(part.code)
  if ('amount' in part) return markdownText(part.amount)
  if ('strong' in part) return `**${markdownProse(part.strong).trim()}**`
  return markdownText(part.text)
}

/** Returns a table of finished cells. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (right.includes(i) ? '--:' : '---'))), ...rows.map(line)].join('\n')
}
