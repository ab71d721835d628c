import { expect, test } from 'vitest'

import { generatedPattern } from './generated-names.ts'
import { changesOf } from './pettitt.ts'

/* Levels, drift and pattern, on series whose values can be counted by hand. */

/** Returns `count` values around each level, alternately one above and one below it. */
const around = (...levels: readonly (readonly [level: number, count: number])[]): number[] =>
  levels.flatMap(([level, count]) => Array.from({ length: count }, (_, i) => level + (i % 2 === 0 ? 0.01 : -0.01)))

test('a change has the levels on either side, up to its neighbours, and how many values they rest on', () => {
  const found = changesOf(around([1, 20], [3, 16], [2, 24]), 0.1)
  expect(found.map(({ index, countBefore, countAfter, drift }) => [index, countBefore, countAfter, drift])).toEqual([
    [20, 20, 16, false],
    [36, 16, 24, false],
  ])
  expect(found.map(({ before, after }) => [before.toFixed(6), after.toFixed(6)])).toEqual([
    ['1.000000', '3.000000'],
    ['3.000000', '2.000000'],
  ])
})

test('p is that of the ranks: K = 72 of seventeen values', () => {
  // numpy 2: r = scipy.stats.rankdata(x); K = max(abs(2 * sum(r[:k]) - k * (n + 1)) for k in range(7, n - 6)); 2 * exp(-6 * K**2 / (n**3 + n**2))
  const values = [1, 2, 2, 1, 3, 2, 1, 2, 9, 8, 9, 10, 9, 8, 9, 10, 9]
  expect(changesOf(values, 0.1)).toMatchObject([
    { index: 8, before: 2, after: 9, pValue: expect.closeTo(0.005_061_504_166, 10) },
  ])
})

test('a step below the minimum is no change; a step of exactly that size is one', () => {
  const values = Array.from({ length: 40 }, (_, i) => (i < 20 ? 1 : 1.5))
  expect(changesOf(values, 0.5)).toHaveLength(1)
  expect(changesOf(values, 0.500_001)).toEqual([])
  expect(
    changesOf(
      values.map((value) => -value),
      0.5,
    ),
  ).toHaveLength(1)
})

test('neighbours that hang together beyond the levels are a drift; those that do not are a change', () => {
  // one slow wave around each level: numpy says 0.95 for the correlation of neighbours
  const wave = Array.from({ length: 60 }, (_, i) => (i < 30 ? 0 : 3) + 0.3 * Math.sin((2 * Math.PI * i) / 20))
  expect(changesOf(wave, 0.1).some(({ drift }) => drift)).toBe(true)
  // the same values alternating: the correlation is below zero
  expect(changesOf(around([0, 30], [3, 30]), 0.1)).toMatchObject([{ index: 30, drift: false }])
})

test('values of the same size on either side of a change leave nothing to correlate', () => {
  const values = Array.from({ length: 30 }, (_, i) => (i < 15 ? 4 : 6))
  expect(changesOf(values, 0.1)).toMatchObject([{ index: 15, before: 4, after: 6, drift: false }])
})

test('where a straight line fits as well as all levels there is one change, a drift', () => {
  const found = changesOf(
    Array.from({ length: 80 }, (_, i) => i / 40),
    0.1,
  )
  expect(found).toHaveLength(1)
  expect(found).toMatchObject([{ drift: true }])
  expect(
    changesOf(
      Array.from({ length: 80 }, (_, i) => 100 - i / 40),
      0.1,
    ),
  ).toMatchObject([{ drift: true }])
})

test('names are generated from a hundred on, when half of them follow one pattern, whichever is first', () => {
  const numbered = (count: number, name: string): string[] => Array.from({ length: count }, (_, i) => `${name} ${i}`)
  const named = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10)]} of their own`)
  expect(generatedPattern(numbered(100, 'step'))).toBe('step *')
  expect(generatedPattern(numbered(99, 'step'))).toBeNull()
  expect(generatedPattern([...named(50), ...numbered(50, 'step')])).toBe('step *')
  expect(generatedPattern([...named(51), ...numbered(49, 'step')])).toBeNull()
  expect(generatedPattern([...numbered(10, 'few'), ...named(40), ...numbered(60, 'many')])).toBe('many *')
  expect(generatedPattern(Array.from({ length: 100 }, () => 'always the same'))).toBeNull()
})
