import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { rangeFrom } from './options.ts'
import { parseCount, parseSeconds, parseTime } from './parse.ts'

const NOW = new Date('2026-11-28T12:00:00Z')
beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

test.each([
  ['250ms', 0.25],
  ['90', 90],
  ['1s', 1],
  ['15m', 900],
  ['15min', 900],
  ['24h', 86_400],
  ['1.5h', 5400],
  ['30d', 2_592_000],
  ['2w', 1_209_600],
])('%s is %d seconds', (text, seconds) => {
  expect(parseSeconds(text)).toBe(seconds)
})

test.each(['', '15 parsecs', '-5m', 'm', '1e3s', '1m30s'])('%j is no length of time', (text) => {
  expect(() => parseSeconds(text)).toThrow('Give a length of time such as')
})

test('--since 15m is a quarter of an hour ago; a date is itself', () => {
  expect(parseTime('15m')).toEqual(new Date('2026-11-28T11:45:00Z'))
  expect(parseTime('1d')).toEqual(new Date('2026-11-27T12:00:00Z'))
  expect(parseTime('2026-11-01')).toEqual(new Date('2026-11-01T00:00:00Z'))
  expect(() => parseTime('yesterday')).toThrow('Give a time such as')
})

test('--since stands for --from', () => {
  expect(rangeFrom({ since: NOW })).toEqual({ from: NOW, to: undefined })
  expect(rangeFrom({ from: NOW, to: NOW })).toEqual({ from: NOW, to: NOW })
})

test('a count is a whole number within its limit', () => {
  expect(parseCount(50)('50')).toBe(50)
  for (const text of ['0', '51', '1.5', 'x', '']) expect(() => parseCount(50)(text)).toThrow('from 1 to 50')
})
