import { counted } from '@runspan/story'

import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { wrap } from './text.ts'

/** Answer to a question, as a table with a heading. */
export interface QuestionTable<Row> {
  readonly heading: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** Text instead of a table without rows. */
  readonly empty: string
  /** What the columns mean, in one sentence. */
  readonly note?: string | undefined
}

/** Maximum rows that are shown; `--json` and `--csv` have all. */
const MOST_ROWS = 100

/** Returns a question's rows for the terminal: heading, aligned table, number of rows, meaning of the columns. */
export function questionView<Row>(
  { heading, columns, rows, empty, note }: QuestionTable<Row>,
  terminal: Terminal,
): string[] {
  const title = wrap(heading, terminal.width).map((line) => terminal.style('bold', line))
  if (rows.length === 0) return [...title, '', ...wrap(`  ${empty}`, terminal.width)]
  const shown = rows.slice(0, MOST_ROWS)
  const more = rows.length > shown.length ? ` of ${rows.length}, --json has all` : ''
  const notes =
    note === undefined ? [] : wrap(note, terminal.width - 2).map((line) => terminal.style('dim', `  ${line}`))
  return [
    ...title,
    '',
    ...table(columns, shown, terminal),
    '',
    terminal.style('dim', `  ${counted(shown.length, 'row')}${more}`),
    ...notes,
  ]
}

/** Returns a column of numbers. */
export function numbers<Row>(title: string, text: (row: Row) => string): Column<Row> {
  return { title, align: 'right', text }
}

/** Returns a column of names, which are cut in the middle if space is short. */
export function named<Row>(title: string, text: (row: Row) => string): Column<Row> {
  return { title, text, cut: 'middle', least: 8 }
}
