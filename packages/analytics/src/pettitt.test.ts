import fc from 'fast-check'
import { expect, test } from 'vitest'

import { changesOf } from './pettitt.ts'
import { median } from './statistics.ts'

/** U(k) as the number of pairs across k in which the later is larger, less those in which it is smaller. */
function byPairs(values: readonly number[], offset = 0): { index: number; pValue: number }[] {
  const n = values.length
  if (n < 14) return []
  let best = { k: 0, away: Infinity }
  let size = 0
  for (let k = 7; k <= n - 7; k++) {
    let sum = 0
    for (let i = 0; i < k; i++) for (let j = k; j < n; j++) sum += Math.sign(values[j]! - values[i]!)
    size = Math.max(size, Math.abs(sum))
    const away = (side: readonly number[]): number =>
      side.reduce((total, value) => total + Math.abs(value - median(side)!), 0)
    const both = away(values.slice(0, k)) + away(values.slice(k))
    if (both < best.away) best = { k, away: both }
  }
  const pValue = Math.min(1, 2 * Math.exp((-6 * size ** 2) / (n ** 3 + n ** 2)))
  const [before, after] = [values.slice(0, best.k), values.slice(best.k)]
  if (pValue >= 0.01 || Math.abs(median(after)! - median(before)!) < 0.1) return []
  return [...byPairs(before, offset), { index: offset + best.k, pValue }, ...byPairs(after, offset + best.k)]
}

test('the changes are those of counted pairs, less those that are none beside their neighbours', () => {
  const stretch = fc.record({
    level: fc.constantFrom(0, 0.05, 0.3, -0.4, 1),
    noise: fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), { minLength: 3, maxLength: 25 }),
  })
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 4 }), (stretches) => {
      const values = stretches.flatMap(({ level, noise }) => noise.map((value) => level + value))
      const expected = byPairs(values)
      const found = changesOf(values, 0.1).map(({ index, pValue }) => ({
        index,
        pValue: expect.closeTo(pValue, 9) as number,
      }))
      for (const change of found) expect(expected).toContainEqual(change)
      expect(found.length).toBeGreaterThanOrEqual(Math.min(1, expected.length))
    }),
    { numRuns: 300 },
  )
})

test('a step is a change, a slope a drift', () => {
  const noise = (i: number): number => (((i * 7919) % 97) / 97 - 0.5) * 0.1
  const step = changesOf(
    Array.from({ length: 60 }, (_, i) => (i < 40 ? 0 : 0.3) + noise(i)),
    0.1,
  )
  expect(step).toHaveLength(1)
  expect(Math.abs(step[0]!.index - 40)).toBeLessThanOrEqual(1)
  expect(step[0]!.drift).toBe(false)
  const slope = changesOf(
    Array.from({ length: 60 }, (_, i) => i / 60 + noise(i)),
    0.1,
  )
  expect(slope).toMatchObject([{ drift: true }])
})

test('nothing changes in what is short, constant or only noise', () => {
  expect(changesOf([], 0.1)).toEqual([])
  expect(changesOf([1, 2, 3], 0.1)).toEqual([])
  expect(
    changesOf(
      Array.from({ length: 90 }, () => 5),
      0.1,
    ),
  ).toEqual([])
})
