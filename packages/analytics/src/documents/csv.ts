import { visibleLines } from '@runspan/model'

/** A column of a CSV file. */
export interface CsvColumn<Row> {
  readonly title: string
  readonly value: (row: Row) => CsvValue
}

export type CsvValue = string | number | boolean | Date | null | undefined

/** First character of a CSV file for Excel, which otherwise assumes the local encoding. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** Beginnings of a cell that spreadsheets read as a formula; a full-width form is read like the plain one. */
const FORMULA = /^[\s\p{Cc}]*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u

/**
 * Returns rows as CSV (RFC 4180): a line of titles, CRLF after every line, quotes where needed. Text that a spreadsheet would
 * read as a formula gets a leading apostrophe (OWASP, CSV injection). Numbers are not changed, hidden characters become
 * escapes. Null is an empty cell.
 */
export function toCsv<Row>(rows: readonly Row[], columns: readonly CsvColumn<Row>[]): string {
  if (columns.length === 0) return ''
  const lines = [
    columns.map(({ title }) => cell(title)),
    ...rows.map((row) => columns.map(({ value }) => cell(value(row)))),
  ]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}

/** Returns a column for each key of the rows. Objects become one column a key, `tasks.total`; lists become JSON. */
export function csvColumns<Row extends object>(rows: readonly Row[]): CsvColumn<Row>[] {
  const paths = new Map<string, readonly string[]>()
  for (const row of rows.slice(0, 1000)) for (const path of pathsOf(row)) paths.set(path.join('.'), path)
  // an object in one row may be null in another
  for (const path of paths.values()) for (let i = 1; i < path.length; i++) paths.delete(path.slice(0, i).join('.'))
  return [...paths].map(([title, path]) => ({ title, value: (row) => plainValue(at(row, path)) }))
}

function pathsOf(value: object): string[][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    isPlain(inner) ? pathsOf(inner).map((path) => [key, ...path]) : [[key]],
  )
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isPlain(inner) ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  )
}

function plainValue(value: unknown): CsvValue {
  if (value === null || value === undefined || value instanceof Date) return value
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return JSON.stringify(value)
}

function cell(value: CsvValue): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  if (typeof value === 'boolean') return String(value)
  // terminals and editors must not obey hidden characters
  const shown = visibleLines(value)
  const text = FORMULA.test(value) || FORMULA.test(shown) ? `'${shown}` : shown
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
