/** Probabilities that people can imagine, smallest first. */
const LIMITS = [1000, 100, 20]

/** Returns how certain a change is: `the chance of seeing this without a change is below 1 in 100`. */
export function chanceWords(p: number): string {
  const one = LIMITS.find((limit) => p <= 1 / limit)
  return one === undefined ? 'it may be chance' : `the chance of seeing this without a change is below 1 in ${one}`
}

/** Returns the same for a column: `under 1 in 1000`, `1 in 40`. */
export function compactChance(p: number): string {
  return p < 1 / LIMITS[0]! ? `under 1 in ${LIMITS[0]}` : `1 in ${Math.round(1 / p)}`
}
