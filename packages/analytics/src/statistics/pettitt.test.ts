import fc from 'fast-check'
import { expect, test } from 'vitest'

import { changesByPairs } from './pettitt.fixture.ts'
import { changesOf } from './pettitt.ts'

test('the changes are those of counted pairs, less those that are none beside their neighbours', () => {
  const stretch = fc.record({
    level: fc.constantFrom(0, 0.05, 0.3, -0.4, 1),
    noise: fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), { minLength: 3, maxLength: 25 }),
  })
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 4 }), (stretches) => {
      const values = stretches.flatMap(({ level, noise }) => noise.map((value) => level + value))
      const expected = changesByPairs(values, 0.1)
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
