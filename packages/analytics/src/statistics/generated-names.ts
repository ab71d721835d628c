/** Minimum number of names to search for a pattern. */
const FEW = 100
/** Minimum names of one pattern that show that a program generated them. */
const LIKE_EACH_OTHER = 20

/** Variable parts of generated names: numbers, ids and other runs of hexadecimal digits. */
const VARYING = /[0-9a-f]{8,}|\d+/gi

/**
 * Returns a pattern, such as `step-*`, that most of many names follow, because they were generated with a number or id; else
 * null. Statistics by name mean nothing then: each name is a separate task.
 */
export function generatedPattern(names: readonly string[]): string | null {
  if (names.length < FEW) return null
  const patterns = new Map<string, number>()
  for (const name of names) {
    const pattern = name.replaceAll(VARYING, '*')
    if (pattern !== name) patterns.set(pattern, (patterns.get(pattern) ?? 0) + 1)
  }
  const [most] = [...patterns].sort(([, a], [, b]) => b - a)
  return most !== undefined && most[1] >= Math.max(LIKE_EACH_OTHER, names.length / 2) ? most[0] : null
}
