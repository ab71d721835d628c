const ORDINALS = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']

/** `first` … `tenth`, `11th`. */
export function ordinal(number: number): string {
  return ORDINALS[number] ?? `${number}th`
}

/** `1 run`, `2 runs`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
