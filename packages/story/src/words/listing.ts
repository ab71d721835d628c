const ORDINALS = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']

/** Returns `first` … `tenth`, `11th`. */
export function ordinal(number: number): string {
  return ORDINALS[number] ?? `${number}th`
}

/** Returns `1 run`, `2 runs`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Returns texts as a list: `a`, `a and b`, `a, b and 3 more`. */
export function listed(texts: readonly string[], most = 3): string {
  const { shown, last } = row(texts, most)
  return last === null ? shown.join('') : `${shown.join(', ')} and ${last}`
}

/** Returns the shown items of a list, and what comes after the `and`; null without an `and`. */
export function row<Item>(
  list: readonly Item[],
  most: number,
): { readonly shown: readonly Item[]; readonly last: Item | string | null } {
  if (list.length <= 1) return { shown: list, last: null }
  return list.length > most
    ? { shown: list.slice(0, most - 1), last: `${list.length - most + 1} more` }
    : { shown: list.slice(0, -1), last: list.at(-1)! }
}

/** Returns how many times as much: `twice`, `3.5 times`. */
export function multiple(ratio: number): string {
  return ratio === 2 ? 'twice' : `${Number(ratio.toPrecision(3))} times`
}
