/** Returns the allowed word nearest to a misspelt one; null if none is near. */
export function nearestWord(word: string, allowed: readonly string[]): string | null {
  const near = allowed
    .map((candidate) => ({ candidate, edits: editsBetween(plain(word), plain(candidate)) }))
    .toSorted((a, b) => a.edits - b.edits)[0]
  return near !== undefined && near.edits <= Math.max(1, Math.floor(near.candidate.length / 3)) ? near.candidate : null
}

function plain(word: string): string {
  return word.slice(0, 64).toLowerCase().replaceAll(/[-_]/g, '')
}

/** Returns the number of letters to add, remove or change (Levenshtein 1965). */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const change = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
