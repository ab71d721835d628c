import type { CsvColumn } from '@runspan/analytics'
import { visibleJson, visibleLines } from '@runspan/model'

import { finishedLines } from '../terminal/finished-line.ts'

/** Flags that select CSV output. */
export interface CsvFlags {
  readonly csv?: true | undefined
  readonly bom?: true | undefined
}

/** Prints one JSON document, the only output of a verb with `--json` on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value, process.stdout.isTTY ? 2 : 0)}\n`)
}

/** Returns a value as JSON; on a terminal hidden characters are escapes, which is the same document. */
export function jsonText(value: unknown, indent: number = 0): string {
  const json = JSON.stringify(value, null, indent)
  return process.stdout.isTTY ? visibleJson(json) : json
}

/** Prints rows as CSV, the only output of a verb with `--csv` on standard output. Default columns: the keys of the rows. */
export async function printCsv<Row extends object>(
  rows: readonly Row[],
  { bom }: CsvFlags,
  columns?: readonly CsvColumn<Row>[],
): Promise<void> {
  const { BYTE_ORDER_MARK, csvColumns, toCsv } = await import('@runspan/analytics')
  process.stdout.write(`${bom ? BYTE_ORDER_MARK : ''}${toCsv(rows, columns ?? csvColumns(rows))}`)
}

/** Prints lines that are already formatted. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${finishedLines(lines.join('\n'))}\n`)
}

/** Prints progress and hints on standard error. Hidden characters from outside are escaped. */
export function printNotice(text: string): void {
  process.stderr.write(`${visibleLines(text)}\n`)
}
