import { counted } from '@runspan/story'

import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './text.ts'

/** Returns the rows of any query as a table. */
export function rowsView(rows: readonly Record<string, unknown>[], terminal: Terminal): string[] {
  const first = rows[0]
  if (first === undefined) return [terminal.style('dim', 'No rows.')]
  const text = (value: unknown): string => visible(typeof value === 'string' ? value : JSON.stringify(value))
  const columns = Object.keys(first).map((title) => ({
    title: visible(title),
    // 64-bit integers come as text
    align:
      typeof first[title] === 'number' || /^-?\d+$/.test(text(first[title])) ? ('right' as const) : ('left' as const),
    text: (row: Record<string, unknown>) => text(row[title] ?? null),
    cut: 'end' as const,
    least: 6,
  }))
  return [...table(columns, rows, terminal, 0), '', terminal.style('dim', counted(rows.length, 'row'))]
}
