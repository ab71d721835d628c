import type { CsvColumn } from '@runspan/analytics'

/** Prints one JSON document: all that a verb with `--json` writes to standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0)}\n`)
}

/** Prints rows as CSV: all that a verb with `--csv` writes to standard output. Columns are the keys of the rows where none are given. */
export async function printCsv<Row extends object>(
  rows: readonly Row[],
  columns?: readonly CsvColumn<Row>[],
): Promise<void> {
  const { csvColumns, toCsv } = await import('@runspan/analytics')
  process.stdout.write(toCsv(rows, columns ?? csvColumns(rows)))
}

/** Prints finished lines. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Words for people beside the answer: progress, hints. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
