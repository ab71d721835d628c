/** A binary heap with the smallest item first. */
export class Heap<T> {
  readonly #items: T[] = []
  readonly #compare: (a: T, b: T) => number

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare
  }

  push(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#compare(items[at]!, items[parent]!) >= 0) break
      ;[items[at], items[parent]] = [items[parent]!, items[at]!]
      at = parent
    }
  }

  pop(): T | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (items.length === 0 || last === undefined) return first
    items[0] = last
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      let least = at
      if (left < items.length && this.#compare(items[left]!, items[least]!) < 0) least = left
      if (left + 1 < items.length && this.#compare(items[left + 1]!, items[least]!) < 0) least = left + 1
      if (least === at) return first
      ;[items[at], items[least]] = [items[least]!, items[at]!]
      at = least
    }
  }
}
