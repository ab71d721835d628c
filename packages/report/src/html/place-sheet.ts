/**
 * Rules for elements with their own position. The content policy allows no style attributes, so bars get a class each; equal
 * positions share one.
 */
export class PlaceSheet {
  readonly #places = new Map<
    string,
    { readonly name: string; readonly declarations: string; readonly cut: string | null }
  >()

  /**
   * Returns the class of an element with these declarations; `cut` applies within an element of class `cut`, where the axis
   * is cut.
   */
  place(declarations: string, cut: string | null = null): string {
    const key = `${declarations}|${cut ?? ''}`
    const known = this.#places.get(key)
    if (known !== undefined) return known.name
    const name = `p${this.#places.size.toString(36)}`
    this.#places.set(key, { name, declarations, cut })
    return name
  }

  /** Returns the class of a range given as parts of the whole, 0–1. */
  span(from: number, to: number): string {
    const left = Math.min(1, Math.max(0, from))
    const width = Math.max(0, Math.min(1, to) - left)
    return this.place(`left:${part(left)};width:${part(width)}`)
  }

  at(position: number): string {
    return this.place(`left:${part(Math.min(1, Math.max(0, position)))}`)
  }

  width(share: number): string {
    return this.place(`width:${part(Math.min(1, Math.max(0, share)))}`)
  }

  css(): string {
    return [...this.#places.values()]
      .map(({ name, declarations, cut }) => `.${name}{${declarations}}${cut === null ? '' : `.cut .${name}{${cut}}`}`)
      .join('')
  }
}

function part(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`
}
