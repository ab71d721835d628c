import { defineQuery } from '@runspan/clickhouse'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/*
 * Tests check every answer of ClickHouse against the columns of its query (`RUNSPAN_CHECK_ROWS`, vitest.config.mjs).
 */

let at: TestServer
beforeAll(async () => {
  at = await startTestServer({ schema: false })
})
afterAll(() => at.stop())

const named = (sql: string) =>
  defineQuery({ name: 'a test/count', sql, columns: (z) => ({ workflow: z.string(), runs: z.number() }) })

test('rows as described arrive', async () => {
  expect(await at.clickhouse.ask(named(`SELECT 'nightly' AS workflow, toUInt32(3) AS runs`))).toEqual([
    { workflow: 'nightly', runs: 3 },
  ])
})

test.each([
  ['a number that becomes text', `SELECT 'nightly' AS workflow, toString(3) AS runs`, 'runs'],
  ['a number that may be missing', `SELECT 'nightly' AS workflow, CAST(NULL, 'Nullable(UInt32)') AS runs`, 'runs'],
  [
    'the hundredth row',
    `SELECT 'nightly' AS workflow, if(number = 99, NULL, number) AS runs FROM numbers(100)`,
    'runs',
  ],
  ['a column that is gone', `SELECT 'nightly' AS workflow`, 'runs'],
  ['a column that nobody described', `SELECT 'nightly' AS workflow, 3 AS runs, 1 AS more`, 'more'],
])('%s fails the test, and the query and its column are named', async (_, sql, column) => {
  const answer = at.clickhouse.ask(named(sql))
  await expect(answer).rejects.toThrow(/"a test\/count"/)
  await expect(answer).rejects.toThrow(column)
})

test('a UInt64 that arrives as text, because the setting was changed, fails the test', async () => {
  const sql = `SELECT 'nightly' AS workflow, toUInt64(3) AS runs`
  const quoted = { ...named(sql), settings: { output_format_json_quote_64bit_integers: 1 } } as const
  await expect(at.clickhouse.ask(quoted)).rejects.toThrow(/runs/)
  expect(await at.clickhouse.ask(named(sql))).toEqual([{ workflow: 'nightly', runs: 3 }])
})

test('a row with wrong values does not match the type: an unknown status', async () => {
  const status = defineQuery({
    name: 'a test',
    sql: `SELECT 'asleep' AS status`,
    columns: (z) => ({ status: z.enum(['running', 'completed']) }),
  })
  await expect(at.clickhouse.ask(status)).rejects.toThrow(/status/)
})
