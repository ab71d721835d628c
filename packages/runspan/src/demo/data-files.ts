import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { RunspanError } from '../errors.ts'

/** Returns the path of a file of `vega-datasets`: flights, airports, zip codes and weather. */
export function dataFile(name: string): string {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve('vega-datasets'))), '..', 'data', name)
  } catch (error) {
    throw new RunspanError(
      'DEMO_DATA_MISSING',
      'The demo works on data of the package vega-datasets, which is not installed. Run: npm install vega-datasets csv-parse hyparquet',
      error,
    )
  }
}

/** Returns the rows of a CSV file as records. */
export async function readCsv(path: string): Promise<Record<string, string>[]> {
  const { parse } = await import('csv-parse')
  const rows: Record<string, string>[] = []
  for await (const row of createReadStream(path).pipe(parse({ columns: true, bom: true, relax_quotes: true }))) {
    rows.push(row as Record<string, string>)
  }
  return rows
}

/** Returns the rows of a JSON file. */
export async function readJson<T>(path: string): Promise<T[]> {
  return JSON.parse(await readFile(path, 'utf8')) as T[]
}
