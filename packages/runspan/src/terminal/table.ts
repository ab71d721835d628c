import type { Terminal } from './terminal.ts'
import { cells, cutEnd, cutMiddle, padEnd, padStart } from './text.ts'

export interface Column<Row> {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Text of a row; may be styled only if it is never cut. */
  readonly text: (row: Row) => string
  /** How a long text is cut: names in the middle, prose at the end. Columns without `cut` keep their width. */
  readonly cut?: 'middle' | 'end'
  /** Minimum width of a column that may be cut. Default 8. */
  readonly least?: number
  /** Styles the text after it is cut. */
  readonly style?: (text: string, row: Row) => string
}

const GAP = 2

/** Returns a table within the terminal's width: columns that may be cut shrink, longest first. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminal: Terminal,
  indent = 2,
): string[] {
  const texts = rows.map((row) => columns.map((column) => column.text(row)))
  const widths = columns.map((column, i) => Math.max(cells(column.title), ...texts.map((line) => cells(line[i]!))))
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP * (columns.length - 1) + indent - terminal.width
  while (excess > 0) {
    let widest = -1
    for (const [i, column] of columns.entries()) {
      if (column.cut === undefined || widths[i]! <= (column.least ?? 8)) continue
      if (widest < 0 || widths[i]! > widths[widest]!) widest = i
    }
    if (widest < 0) break
    widths[widest]!--
    excess--
  }
  const line = (parts: readonly string[], finish: (text: string, i: number) => string): string =>
    ' '.repeat(indent) +
    parts
      .map((part, i) => {
        const column = columns[i]!
        const width = widths[i]!
        const short =
          cells(part) <= width ? part : column.cut === 'middle' ? cutMiddle(part, width) : cutEnd(part, width)
        const padded = column.align === 'right' ? padStart(short, width) : padEnd(short, width)
        return finish(padded, i)
      })
      .join(' '.repeat(GAP))
      .trimEnd()
  return [
    line(
      columns.map(({ title }) => title),
      (text) => terminal.style('dim', text),
    ),
    ...texts.map((parts, r) => line(parts, (text, i) => columns[i]!.style?.(text, rows[r]!) ?? text)),
  ]
}
