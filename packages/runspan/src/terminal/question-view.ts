import { counted } from '@runspan/story'

import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { wrap } from './text.ts'

/** The answer to a question as a table with a heading. */
export interface QuestionTable<Row> {
  readonly heading: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** Said instead of a table without rows. */
  readonly empty: string
  /** What the columns mean, in a sentence. */
  readonly note?: string | undefined
}

/** Rows that are shown at most; `--json` and `--csv` have all. */
const MOST_ROWS = 100

/** Returns a question's rows for the terminal: heading, aligned table, how many rows, what the columns mean. */
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

/** A column of numbers. */
export function numbers<Row>(title: string, text: (row: Row) => string): Column<Row> {
  return { title, align: 'right', text }
}

/** A column of names, which lose their middle where room is short. */
export function named<Row>(title: string, text: (row: Row) => string): Column<Row> {
  return { title, text, cut: 'middle', least: 8 }
}
