import { expect, test } from 'vitest'

import { duration, signedDuration } from './durations.ts'
import { bytes, count, difference, percent } from './numbers.ts'

const shown = (text: string): string => text.replaceAll(/[\u202F\u00A0]/g, ' ')

test.each([
  [0, '0 s'],
  [0.00084, '840 µs'],
  [0.0382, '38.2 ms'],
  [0.9996, '1.0 s'],
  [3.94, '3.9 s'],
  [59.96, '1 min'],
  [242, '4 min 2 s'],
  [7500, '2 h 05 min'],
  [3600 * 76, '3 d 4 h'],
  [null, '–'],
  [-5.8, '−5.8 s'],
])('%s seconds are %s', (seconds, words) => {
  expect(shown(duration(seconds))).toBe(words)
})

test('shares, differences, counts and bytes', () => {
  expect([0.956, 0.0751, 0.004, 0, null].map((ratio) => shown(percent(ratio)))).toEqual([
    '96 %',
    '7.5 %',
    '<1 %',
    '0 %',
    '–',
  ])
  expect(
    [1.25, 0.5, 1.04, 12].map((ratio) => difference(ratio)).map((text) => (text === null ? null : shown(text))),
  ).toEqual(['25 %', '50 %', null, '12 times'])
  expect(shown(count(1234567))).toBe('1 234 567')
  expect([999, 1500, 8.9e9, null].map((size) => shown(bytes(size)))).toEqual(['999 B', '1.5 kB', '8.9 GB', '–'])
  expect([16.9, -0.38].map((seconds) => shown(signedDuration(seconds)))).toEqual(['+16.9 s', '−380 ms'])
})
