import { readFileSync } from 'node:fs'

import { ingestFile } from '@runspan/collector'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { canonical, storedRows } from '../servers/stored-rows.ts'

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

type Row = Record<string, unknown> & { _table: string }

function recorded(): Row[] {
  return readFileSync(fixture('otelcol/odd-rows.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
}

/** Returns rows of a table in the form of the recording. */
async function stored(table: string): Promise<Row[]> {
  return (await storedRows(at.clickhouse, table)).map((row) => ({ ...row, _table: table }))
}

test('odd values reach the tables as the collector writes them, but for two stated improvements', async () => {
  const counts = await ingestFile(fixture('otelcol/odd.jsonl'), at.spool)
  expect(counts).toEqual({ spans: 16, metrics: 9, logs: 6, rejected: [], endedEarly: null })
  await at.deliver()

  const expected = recorded().filter(({ _table }) => _table !== 'otel_traces_trace_id_ts')
  const tables = [...new Set(expected.map(({ _table }) => _table))]
  const actual = (await Promise.all(tables.map(stored))).flat()

  // ends before it starts: 0 instead of an underflow; without a start: the arrival time instead of 1970
  const improved = (row: Row): Row =>
    row._table !== 'otel_traces'
      ? row
      : row['SpanName'] === 'span 9'
        ? { ...row, Duration: '0' }
        : row['SpanName'] === 'span 10'
          ? { ...row, Timestamp: 'when it came' }
          : row
  expect(canonical(actual.map(improved))).toEqual(canonical(expected.map(improved)))

  const [lookup] = await at.clickhouse.query<{ start: string }>(
    `SELECT toString(min(Start)) AS start FROM otel_traces_trace_id_ts WHERE TraceId = '00000000000000000000000000000abc'`,
  )
  expect(lookup?.start).toBe('2026-11-23 02:13:20')
})
