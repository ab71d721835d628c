const middle = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
const away = (side: readonly number[]): number => {
  const center = middle(side)
  return side.reduce((total, value) => total + Math.abs(value - center), 0)
}

/**
 * What `changesOf` has to find before neighbours are compared, the long way: U(k) as the number of pairs across k in which the later is larger, less those in which it is
 * smaller.
 */
export function changesByPairs(
  values: readonly number[],
  leastStep: number,
  offset = 0,
): { readonly index: number; readonly pValue: number }[] {
  const n = values.length
  if (n < 14) return []
  let best = { k: 0, away: Infinity }
  let size = 0
  for (let k = 7; k <= n - 7; k++) {
    let sum = 0
    for (let i = 0; i < k; i++) for (let j = k; j < n; j++) sum += Math.sign(values[j]! - values[i]!)
    size = Math.max(size, Math.abs(sum))
    const both = away(values.slice(0, k)) + away(values.slice(k))
    if (both < best.away) best = { k, away: both }
  }
  const pValue = Math.min(1, 2 * Math.exp((-6 * size ** 2) / (n ** 3 + n ** 2)))
  const [before, after] = [values.slice(0, best.k), values.slice(best.k)]
  if (pValue >= 0.01 || Math.abs(middle(after) - middle(before)) < leastStep) return []
  return [
    ...changesByPairs(before, leastStep, offset),
    { index: offset + best.k, pValue },
    ...changesByPairs(after, leastStep, offset + best.k),
  ]
}
