import { relativeDay, timestamp } from '@runspan/story'
import { expect, test } from 'vitest'

import { axis } from './axis.ts'
import { bytes, change, count, duration, percent } from './numbers.ts'
import { cutMiddle, visible, wrap } from './text.ts'

test.each([
  [0, '0s'],
  [0.00084, '840µs'],
  [0.0382, '38.2ms'],
  [0.337, '337ms'],
  [3.9, '3.9s'],
  [59.94, '59.9s'],
  [59.96, '1m00s'],
  [242, '4m02s'],
  [3599.7, '1h00m'],
  [7500, '2h05m'],
  [3 * 86_400 + 4 * 3600, '3d4h'],
])('%d s is %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

test('percent, counts, bytes and differences', () => {
  expect([percent(0.95), percent(0.075), percent(0.001), percent(0), percent(1)]).toEqual([
    '95%',
    '7.5%',
    '<1%',
    '0%',
    '100%',
  ])
  expect([count(999), count(12_500), count(3_200_000)]).toEqual(['999', '12.5k', '3.2M'])
  expect([bytes(999), bytes(1_400_000), bytes(12e9)]).toEqual(['999 B', '1.4 MB', '12 GB'])
  expect([change(1.25), change(0.65), change(1.03), change(12)]).toEqual(['+25%', '−35%', 'same', '12×'])
})

test('times say their zone, days are relative', () => {
  const date = new Date('2026-11-24T14:00:11Z')
  expect(timestamp(date)).toBe('24 Nov 2026, 14:00:11 UTC')
  expect(relativeDay(date, new Date('2026-11-24T23:59:00Z'))).toBe('today 14:00')
  expect(relativeDay(date, new Date('2026-11-25T00:01:00Z'))).toBe('yesterday 14:00')
  expect(relativeDay(date, new Date('2026-12-02T00:01:00Z'))).toBe('24 Nov 14:00')
})

test('an axis has round steps and no label past its end', () => {
  expect(axis(242, 48)).toBe('0           1m          2m          3m')
  expect(axis(0.42, 24)).toMatch(/^0 +200ms$/)
  expect(axis(7300, 60).length).toBeLessThanOrEqual(60)
})

test('names lose their middle and control characters are shown', () => {
  expect(cutMiddle('reconcile-with-the-partner [2026-10]', 20)).toBe('reconcile-…[2026-10]')
  expect(visible('a\u001B[31mb\n')).toBe('a\\x1b[31mb\\n')
})

test('prose is wrapped at words', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four'])
  expect(wrap('one two three four five', 9, 2)).toEqual(['one two', 'three fo…'])
})
