/* Tests and intervals that are short enough to be written here. Each names its source. */

/** Returns the middle value, or the mean of the two middle ones; null without values. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** Returns the mean; null without values. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * Returns the smallest value that at least this share of the values does not exceed, like ClickHouse's `quantileExact`; null
 * without values.
 */
export function quantile(values: readonly number[], level: number): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))]!
}

/**
 * Returns p-values, in any order, corrected for their number (Benjamini and Hochberg 1995): q = min over all that are no
 * smaller of p · n ÷ rank.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!)
  const corrected = Array.from({ length: pValues.length }, () => 1)
  let least = 1
  for (let rank = order.length; rank >= 1; rank--) {
    const i = order[rank - 1]!
    least = Math.min(least, (pValues[i]! * pValues.length) / rank)
    corrected[i] = least
  }
  return corrected
}

/** Returns the probability of a standard normal value above z (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const t = 1 / (1 + 0.231_641_9 * z)
  const series =
    t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))))
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
}

/**
 * Returns the z above which a standard normal value lies with this probability: the inverse of `normalTail`, by bisection.
 */
export function normalQuantile(probability: number): number {
  let [low, high] = [-10, 10]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (normalTail(middle) > probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Returns the lower bound of a rate, 95 % (Wilson 1927); 0 without data. */
export function wilsonLower(successes: number, count: number): number {
  if (count === 0) return 0
  const z = 1.96
  const rate = successes / count
  const middle = rate + (z * z) / (2 * count)
  const spread = z * Math.sqrt((rate * (1 - rate) + (z * z) / (4 * count)) / count)
  return Math.max(0, (middle - spread) / (1 + (z * z) / count))
}

/**
 * Returns the probability that two rates differ this much by chance, two-sided: Fisher's exact test. If all four expected
 * counts are at least 10 it uses the z-test of two proportions with continuity correction, which is then as good.
 */
export function ratesDiffer(failedA: number, countA: number, failedB: number, countB: number): number {
  if (countA === 0 || countB === 0) return 1
  const rate = (failedA + failedB) / (countA + countB)
  if (rate === 0 || rate === 1) return 1
  if (Math.min(rate, 1 - rate) * Math.min(countA, countB) < 10) return fisherExact(failedA, countA, failedB, countB)
  const spread = Math.sqrt(rate * (1 - rate) * (1 / countA + 1 / countB))
  const correction = (1 / countA + 1 / countB) / 2
  const difference = Math.abs(failedA / countA - failedB / countB) - correction
  return Math.min(1, 2 * normalTail(Math.max(0, difference) / spread))
}

/** Returns the sum of the probabilities of all tables with these margins that are no likelier than this one. */
function fisherExact(failedA: number, countA: number, failedB: number, countB: number): number {
  const failed = failedA + failedB
  const total = countA + countB
  const lowest = Math.max(0, failed - countB)
  const highest = Math.min(failed, countA)
  const fixed = logChoose(total, failed)
  const logProbability = (k: number): number => logChoose(countA, k) + logChoose(countB, failed - k) - fixed
  const observed = logProbability(failedA) + 1e-7
  let sum = 0
  for (let k = lowest; k <= highest; k++) {
    const value = logProbability(k)
    if (value <= observed) sum += Math.exp(value)
  }
  return Math.min(1, sum)
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

/** Returns the exact value below 30, else Stirling's series, accurate to 1e-12. */
function logFactorial(n: number): number {
  if (n < 30) {
    let sum = 0
    for (let i = 2; i <= n; i++) sum += Math.log(i)
    return sum
  }
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3)
}

/**
 * Returns the two-sided p of Mann–Whitney: normal approximation with correction for ties and continuity, as ClickHouse
 * computes it; 1 if a side is empty.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 1
  const all = [...a.map((value) => ({ value, first: true })), ...b.map((value) => ({ value, first: false }))]
  all.sort((x, y) => x.value - y.value)
  let ranks = 0
  let ties = 0
  for (let from = 0; from < all.length;) {
    let to = from
    while (to < all.length && all[to]!.value === all[from]!.value) to++
    const rank = (from + 1 + to) / 2
    for (let i = from; i < to; i++) if (all[i]!.first) ranks += rank
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const [n, m, total] = [a.length, b.length, all.length]
  const u = ranks - (n * (n + 1)) / 2
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
  if (!(variance > 0)) return 1
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5)
  return Math.min(1, 2 * normalTail(distance / Math.sqrt(variance)))
}

/**
 * Returns the probability that this many failures among this many others come in this few streaks or fewer, in random order:
 * number of runs of one kind (Wald and Wolfowitz 1940), P(s) = C(f − 1, s − 1) · C(c + 1, s) ÷ C(f + c, f).
 */
export function fewStreaks(streaks: number, failures: number, others: number): number {
  if (failures === 0) return 1
  let sum = 0
  const all = logChoose(failures + others, failures)
  for (let s = 1; s <= Math.min(streaks, failures, others + 1); s++)
    sum += Math.exp(logChoose(failures - 1, s - 1) + logChoose(others + 1, s) - all)
  return Math.min(1, sum)
}
