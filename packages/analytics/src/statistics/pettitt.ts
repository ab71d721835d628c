import { median } from './statistics.ts'

/** Change of level in a series: the index of the first value of the new level. */
export interface Change {
  readonly index: number
  readonly pValue: number
  /** Median of the stretch before; `after` reaches to the next change. */
  readonly before: number
  readonly after: number
  readonly countBefore: number
  readonly countAfter: number
  /**
   * True if no single day can be named: a line fits the series as well as its levels, or neighbouring values correlate beyond
   * the levels.
   */
  readonly drift: boolean
}

/** Minimum values of a stretch. */
export const LEAST_STRETCH = 7
const SIGNIFICANT = 0.01
/** Correlation of neighbouring values, levels subtracted, from which they count as a drift. */
const DRIFT = 0.5

interface Split {
  readonly index: number
  readonly pValue: number
}

/**
 * Returns changes of the level of a series, by Pettitt's rank test (1979): K = max |2 · sum of ranks − k · (n + 1)|, p ≈ 2
 * exp(−6 K² ÷ (n³ + n²)). A change is accepted at p < 0.01 with at least seven values on either side and a distance of the
 * medians of at least `leastStep`. It lies where the values are nearest to the medians of both sides, by least absolute
 * deviations. Then both halves are tested again. If a straight line fits as well as all levels, which have more parameters,
 * there is one change, and it is a drift.
 */
export function changesOf(values: readonly number[], leastStep: number): Change[] {
  const found: Split[] = []
  let first: Split | undefined
  const search = (from: number, to: number): void => {
    const stretch = values.slice(from, to)
    const pValue = pettitt(stretch)
    if (pValue >= SIGNIFICANT) return
    const split = { index: from + likeliestChange(stretch), pValue }
    const step = median(values.slice(split.index, to))! - median(values.slice(from, split.index))!
    if (Math.abs(step) < leastStep) return
    first ??= split
    search(from, split.index)
    found.push(split)
    search(split.index, to)
  }
  search(0, values.length)
  if (first === undefined) return []
  const changes = described(values, found, leastStep)
  if (aroundLine(values) > aroundLevels(values, changes)) return changes
  return described(values, [first], 0).map((change) => ({ ...change, drift: true }))
}

/**
 * Adds the levels of the stretches between changes. A change that is too small next to its neighbours is dropped, the
 * smallest first.
 */
function described(values: readonly number[], found: readonly Split[], leastStep: number): Change[] {
  const changes = found.map(({ index, pValue }, i): Change => {
    const from = found[i - 1]?.index ?? 0
    const to = found[i + 1]?.index ?? values.length
    const [earlier, later] = [values.slice(from, index), values.slice(index, to)]
    const [before, after] = [median(earlier)!, median(later)!]
    const rest = [...earlier.map((value) => value - before), ...later.map((value) => value - after)]
    return {
      index,
      pValue,
      before,
      after,
      countBefore: earlier.length,
      countAfter: later.length,
      drift: autocorrelation(rest) > DRIFT,
    }
  })
  const step = ({ before, after }: Change): number => Math.abs(after - before)
  const smallest = changes.toSorted((a, b) => step(a) - step(b))[0]
  if (smallest === undefined || step(smallest) >= leastStep) return changes
  return described(
    values,
    found.filter(({ index }) => index !== smallest.index),
    leastStep,
  )
}

/** Returns the sum of squares around the levels. */
function aroundLevels(values: readonly number[], changes: readonly Change[]): number {
  const borders = [0, ...changes.map(({ index }) => index), values.length]
  return borders.slice(1).reduce((sum, to, i) => sum + squares(values.slice(borders[i], to)), 0)
}

/** Returns the sum of squares around the mean. */
function squares(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

/** Returns the sum of squares around the line that fits best. */
function aroundLine(values: readonly number[]): number {
  const n = values.length
  const middle = (n - 1) / 2
  const slope = values.reduce((sum, value, i) => sum + value * (i - middle), 0) / ((n * (n * n - 1)) / 12)
  return squares(values.map((value, i) => value - slope * (i - middle)))
}

/** Returns the probability of such a series without a change; 1 if it is too short. */
function pettitt(values: readonly number[]): number {
  const n = values.length
  const ranks = ranksOf(values)
  let sum = 0
  let largest = 0
  for (let k = 1; k <= n - LEAST_STRETCH; k++) {
    sum += ranks[k - 1]!
    if (k >= LEAST_STRETCH) largest = Math.max(largest, Math.abs(2 * sum - k * (n + 1)))
  }
  return Math.min(1, 2 * Math.exp((-6 * largest ** 2) / (n ** 3 + n ** 2)))
}

/**
 * Returns where the values are nearest to the medians of both sides. Ranks would not distinguish a step of 2 % from a later
 * one of 100 %.
 */
function likeliestChange(values: readonly number[]): number {
  let [index, least] = [LEAST_STRETCH, Infinity]
  for (let k = LEAST_STRETCH; k <= values.length - LEAST_STRETCH; k++) {
    const sum = distances(values.slice(0, k)) + distances(values.slice(k))
    if (sum < least) [index, least] = [k, sum]
  }
  return index
}

/** Returns the sum of the distances from the median. */
function distances(values: readonly number[]): number {
  const middle = median(values)!
  return values.reduce((sum, value) => sum + Math.abs(value - middle), 0)
}

/** Returns ranks from 1; equal values share their mean. */
function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const ranks = Array.from({ length: values.length }, () => 0)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2
    from = to
  }
  return ranks
}

/** Returns the correlation of each value with the previous one; 0 if all are equal. */
function autocorrelation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  let variance = 0
  let covariance = 0
  for (const [i, value] of values.entries()) {
    variance += (value - mean) ** 2
    if (i > 0) covariance += (value - mean) * (values[i - 1]! - mean)
  }
  return variance === 0 ? 0 : covariance / variance
}
