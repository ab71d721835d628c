import { expect, test } from 'vitest'

import { dateOf, isoTime, seconds, secondsBetween, sinceEpoch } from './clickhouse-time.ts'

test('times as ClickHouse prints them', () => {
  expect(isoTime('2026-11-20 01:02:03.123456789')).toBe('2026-11-20T01:02:03.123456789Z')
  expect(dateOf('2026-11-20 01:02:03.123456789').getTime()).toBe(Date.UTC(2026, 10, 20, 1, 2, 3, 123))
  expect(seconds(1_500_000_000)).toBe(1.5)
})

test('to the nanosecond, in either form, with any number of digits', () => {
  expect(sinceEpoch('1970-01-01 00:00:01.000000002')).toBe(1_000_000_002n)
  expect(sinceEpoch('1970-01-01T00:00:01Z')).toBe(1_000_000_000n)
  expect(sinceEpoch('1970-01-01T00:00:00.25Z')).toBe(250_000_000n)
  expect(sinceEpoch('1970-01-01 00:00:00.1234567891')).toBe(123_456_789n)
  expect(secondsBetween('2026-11-20 00:00:00.000000001', '2026-11-20T00:00:02Z')).toBe(1.999_999_999)
})
