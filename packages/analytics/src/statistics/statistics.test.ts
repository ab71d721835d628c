import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  benjaminiHochberg,
  fewStreaks,
  mannWhitney,
  mean,
  median,
  normalQuantile,
  normalTail,
  quantile,
  ratesDiffer,
  wilsonLower,
} from './statistics.ts'

test('nothing has no middle, no mean and no quantile', () => {
  expect([median([]), mean([]), quantile([], 0.5), wilsonLower(0, 0)]).toEqual([null, null, null, 0])
})

test('known values', () => {
  // tables of the normal distribution
  expect(normalTail(1.96)).toBeCloseTo(0.025, 4)
  expect(normalTail(-1)).toBeCloseTo(0.8413, 4)
  expect(normalQuantile(0.2)).toBeCloseTo(0.8416, 4)
  // Fisher's tea: 3 of 4 against 1 of 4
  expect(ratesDiffer(3, 4, 1, 4)).toBeCloseTo(0.4857, 4)
  expect(ratesDiffer(0, 10, 0, 20)).toBe(1)
  expect(ratesDiffer(0, 0, 3, 5)).toBe(1)
  // Wilson: 8 of 10
  expect(wilsonLower(8, 10)).toBeCloseTo(0.4902, 4)
  // Benjamini and Hochberg 1995, table of 15 p-values: four are rejected at 0.05
  const p = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ]
  expect(benjaminiHochberg(p).filter((q) => q < 0.05)).toHaveLength(4)
  expect(benjaminiHochberg([])).toEqual([])
})

test('the order of p-values does not matter', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (values) => {
      const corrected = benjaminiHochberg(values)
      const reversed = benjaminiHochberg(values.toReversed()).reverse()
      for (const [i, q] of corrected.entries()) {
        expect(q).toBeCloseTo(reversed[i]!, 12)
        expect(q).toBeGreaterThanOrEqual(values[i]! - 1e-12)
      }
    }),
  )
})

test('streaks: chances of all arrangements, counted', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (failures, others, most) => {
        let [fewer, all] = [0, 0]
        for (let bits = 0; bits < 2 ** (failures + others); bits++) {
          const text = bits.toString(2).padStart(failures + others, '0')
          if (text.replaceAll('0', '').length !== failures) continue
          all++
          if (text.split('0').filter((streak) => streak !== '').length <= most) fewer++
        }
        expect(fewStreaks(most, failures, others)).toBeCloseTo(fewer / all, 9)
      },
    ),
  )
})

describe('Mann–Whitney', () => {
  test('an empty side, or equal values, give p = 1', () => {
    expect([mannWhitney([], [1]), mannWhitney([1, 1], [1, 1, 1])]).toEqual([1, 1])
  })

  test('of unchanged data one in twenty is below 0.05', () => {
    let state = 1
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    const values = (count: number): number[] => Array.from({ length: count }, random)
    const alarms = Array.from({ length: 1000 }, () => mannWhitney(values(12), values(15))).filter((p) => p < 0.05)
    expect(alarms.length).toBeGreaterThan(20)
    expect(alarms.length).toBeLessThan(75)
  })
})

test('the z-test takes over where Fisher’s is as good', () => {
  const fisherLike = ratesDiffer(9, 100, 20, 100)
  const z = ratesDiffer(10, 100, 20, 100)
  expect(fisherLike).toBeGreaterThan(0.02)
  expect(z).toBeGreaterThan(fisherLike)
  expect(ratesDiffer(100, 10_000, 200, 10_000)).toBeLessThan(1e-6)
})

test('a quantile is a value of the list, the one that ClickHouse picks by quantileExact', () => {
  const ten = [10, 3, 7, 1, 9, 2, 8, 5, 4, 6]
  // SELECT quantilesExact(0, 0.25, 0.5, 0.9, 0.95, 1)(arrayJoin([10, 3, 7, 1, 9, 2, 8, 5, 4, 6]))
  expect([0, 0.25, 0.5, 0.9, 0.95, 1].map((level) => quantile(ten, level))).toEqual([1, 3, 6, 10, 10, 10])
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(3)
  expect(quantile([7], 0.5)).toBe(7)
})
