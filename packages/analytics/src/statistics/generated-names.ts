/** Fewer names than this are nobody's trouble. */
const FEW = 100
/** So many names of one pattern are made by a program. */
const LIKE_EACH_OTHER = 20

/** What a program puts into names: numbers, ids and other runs of hexadecimal digits. */
const VARYING = /[0-9a-f]{8,}|\d+/gi

/**
 * A pattern, such as `step-*`, that most of many names follow, and so were generated with a number or id in them; null where they were not. Statistics by
 * name say nothing then: each name is its own task.
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
