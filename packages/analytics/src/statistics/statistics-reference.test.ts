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

/* Reference values from SciPy 1.17.1 with NumPy, each with its call. */

test.each([
  // scipy.stats.norm.sf(z)
  [0, 0.5],
  [0.5, 0.308_537_538_725_986_9],
  [1, 0.158_655_253_931_457_05],
  [1.5, 0.066_807_201_268_858_07],
  [2.5, 0.006_209_665_325_776_132],
  [3.5, 0.000_232_629_079_035_525_02],
])('normalTail(%s) is %s, and its complement on the other side', (z, tail) => {
  // Abramowitz and Stegun say 7.5e-8
  expect(Math.abs(normalTail(z) - tail)).toBeLessThan(7.5e-8)
  expect(Math.abs(normalTail(-z) - (1 - tail))).toBeLessThan(7.5e-8)
})

test.each([
  // scipy.stats.norm.isf(p)
  [0.5, 0],
  [0.2, 0.841_621_233_572_914_2],
  [0.05, 1.644_853_626_951_472_9],
  [0.025, 1.959_963_984_540_054_5],
  [0.001, 3.090_232_306_167_813],
  [0.8, -0.841_621_233_572_914_2],
])('normalQuantile(%s) is %s', (p, z) => {
  expect(normalQuantile(p)).toBeCloseTo(z, 4)
})

test.each([
  // scipy.stats.binomtest(k, n).proportion_ci(confidence_level=0.95, method='wilson').low
  [8, 10, 0.490_162_471_536_641_8],
  [2, 50, 0.011_038_884_327_619_812],
  [0, 7, 0],
  [5, 5, 0.565_517_535_216_825_1],
  [50, 1000, 0.038_130_262_392_748_81],
])('wilsonLower(%i, %i) is %s', (successes, count, low) => {
  // z is 1.96 here and 1.959964 there
  expect(wilsonLower(successes, count)).toBeCloseTo(low, 4)
})

describe('rates that differ', () => {
  test.each([
    // scipy.stats.fisher_exact([[f, n - f], [g, m - g]]).pvalue
    [3, 4, 1, 4, 0.485_714_285_714_285_65],
    [1, 40, 7, 40, 0.056_758_673_959_991_8],
    [0, 12, 5, 15, 0.047_008_547_008_547_015],
    [2, 35, 9, 35, 0.045_154_797_862_215_88],
    [8, 10, 3, 60, 7.198_581_880_667_2e-7],
  ])('%i of %i against %i of %i by Fisher', (failedA, countA, failedB, countB, p) => {
    expect(ratesDiffer(failedA, countA, failedB, countB)).toBeCloseTo(p, 9)
    expect(ratesDiffer(failedB, countB, failedA, countA)).toBeCloseTo(p, 9)
  })

  test.each([
    // scipy.stats.chi2_contingency([[f, n - f], [g, m - g]], correction=True).pvalue
    [10, 100, 20, 100, 0.074_705_933_312_130_68],
    [30, 200, 45, 220, 0.183_467_216_051_643],
    [60, 100, 70, 100, 0.182_122_341_009_490_93],
    [11, 100, 11, 100, 1],
  ])('%i of %i against %i of %i by the z-test', (failedA, countA, failedB, countB, p) => {
    expect(ratesDiffer(failedA, countA, failedB, countB)).toBeCloseTo(p, 6)
    expect(ratesDiffer(failedB, countB, failedA, countA)).toBeCloseTo(p, 6)
  })

  test('ten expected on the smaller side are enough for the z-test, of failures and of successes; below that Fisher counts', () => {
    // fisher_exact([[5, 95], [15, 85]]) says 0.0317, chi2_contingency with correction 0.0339
    expect(ratesDiffer(5, 100, 15, 100)).toBeCloseTo(0.033_894_853_524_689_295, 6)
    // nine expected: fisher_exact([[4, 96], [14, 86]]), where the z-test says 0.0262
    expect(ratesDiffer(4, 100, 14, 100)).toBeCloseTo(0.023_809_642_195_535, 8)
    expect(ratesDiffer(96, 100, 86, 100)).toBeCloseTo(0.023_809_642_195_535, 8)
  })

  test('of nothing, of none and of all nothing is said', () => {
    expect(ratesDiffer(0, 0, 3, 5)).toBe(1)
    expect(ratesDiffer(3, 5, 0, 0)).toBe(1)
    expect(ratesDiffer(0, 400, 0, 300)).toBe(1)
    expect(ratesDiffer(400, 400, 300, 300)).toBe(1)
  })
})

test.each([
  // scipy.stats.mannwhitneyu(a, b, alternative='two-sided', method='asymptotic').pvalue
  [[1.1, 2.5, 2.5, 3.7, 4.2, 5.9, 6.1, 7.3], [2.5, 3.9, 4.8, 5.9, 6.6, 7.7, 8.2, 9.4, 10.1], 0.066_668_385_076_884_07],
  [[1, 2, 2, 3, 3, 3], [3, 3, 4, 4, 5], 0.026_885_511_853_408_067],
  [[5, 6, 7], [5, 6, 7, 8], 0.716_289_750_540_842_8],
])('Mann–Whitney of %j against %j', (a, b, p) => {
  expect(mannWhitney(a, b)).toBeCloseTo(p, 6)
  expect(mannWhitney(b, a)).toBeCloseTo(p, 6)
})

test('Benjamini–Hochberg', () => {
  // scipy.stats.false_discovery_control([0.01, 0.04, 0.03, 0.005, 0.5, 0.04])
  const expected = [0.03, 0.048, 0.048, 0.03, 0.5, 0.048]
  for (const [i, q] of benjaminiHochberg([0.01, 0.04, 0.03, 0.005, 0.5, 0.04]).entries())
    expect(q).toBeCloseTo(expected[i]!, 12)
})

test.each([
  // the formula in Python integers: sum(comb(f-1, k-1) * comb(c+1, k) for k in range(1, min(s, f, c+1) + 1)) / comb(f+c, f)
  [2, 6, 30, 0.001_209_574_738_986_503_7],
  [1, 35, 5, 9.118_430_171_061_75e-6],
  [10, 50, 50, 2.743_506_942_567_327_6e-10],
  [3, 40, 60, 1.945_261_568_832_263e-21],
])('fewStreaks(%i, %i, %i) is %s', (streaks, failures, others, chance) => {
  expect(fewStreaks(streaks, failures, others) / chance).toBeCloseTo(1, 8)
})

test('as many streaks as there can be are no surprise, no failures neither', () => {
  expect(fewStreaks(50, 5, 9)).toBeCloseTo(1, 12)
  expect(fewStreaks(0, 0, 9)).toBe(1)
  expect(fewStreaks(0, 3, 9)).toBe(0)
})

test('middle, mean and quantile, whatever the order', () => {
  // numpy.median, numpy.quantile(…, method='higher') between values, like ClickHouse's quantileExact
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([10, 9])]).toEqual([2, 2.5, 9.5])
  expect([mean([1, 2, 6]), mean([7])]).toEqual([3, 7])
  expect([0.25, 0.5, 0.9, 1].map((level) => quantile([10, 3, 7, 1, 9, 2, 8, 5, 4, 6], level))).toEqual([3, 6, 10, 10])
  // sorted as numbers, not as text
  expect([median([9, 10, 100]), quantile([9, 10, 100], 0)]).toEqual([10, 9])
})

test('laws: a median lies in the middle, tests know no side, and a rate is at least its lower bound', () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(values, values, (a, b) => {
      const middle = median(a)!
      expect(a.filter((value) => value < middle).length).toBeLessThanOrEqual(a.length / 2)
      expect(a.filter((value) => value > middle).length).toBeLessThanOrEqual(a.length / 2)
      expect(mannWhitney(a, b)).toBeCloseTo(mannWhitney(b, a), 9)
    }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
      const successes = Math.round(share * count)
      const low = wilsonLower(successes, count)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(low).toBeLessThanOrEqual(successes / count + 1e-12)
    }),
  )
})
