import type { PlaceSheet } from '../html/place-sheet.ts'
import { cutPart, type Gap } from './cut-axis.ts'

/** About half a label's width. */
const LABEL = 0.03

/** Positions moments on a track: on the whole axis, and on the axis with waiting cut, if there is one. */
export class TimeScale {
  readonly #sheet: PlaceSheet
  readonly #end: number
  readonly #cut: ((seconds: number) => number) | null
  readonly #gaps: readonly Gap[]

  /** `end` is the length of the axis in seconds. */
  constructor(sheet: PlaceSheet, end: number, gaps: readonly Gap[]) {
    this.#sheet = sheet
    this.#end = end
    this.#gaps = gaps
    this.#cut = gaps.length === 0 ? null : cutPart(gaps, end)
  }

  /** Returns the position 0–1 on the whole axis. */
  part(seconds: number): number {
    return seconds / this.#end
  }

  /** Returns the class of a bar. */
  span(from: number, to: number): string {
    return this.#sheet.place(
      span(this.part(from), this.part(to)),
      this.#cut === null ? null : span(this.#cut(from), this.#cut(to)),
    )
  }

  /** Returns the class of words over a bar: hidden if the cut axis has no space. */
  words(from: number, to: number): string {
    if (this.#cut === null) return this.span(from, to)
    const cut = this.#cut(to) - this.#cut(from) < 0.13 ? 'display:none' : span(this.#cut(from), this.#cut(to))
    return this.#sheet.place(span(this.part(from), this.part(to)), cut)
  }

  at(seconds: number): string {
    return this.#sheet.place(
      `left:${percent(this.part(seconds))}`,
      this.#cut === null ? null : `left:${percent(this.#cut(seconds))}`,
    )
  }

  /** Returns the class of a tick: hidden within a gap, and next to the label of a break. */
  tick(seconds: number): string {
    const cut = this.#cut
    const hidden =
      cut !== null &&
      this.#gaps.some(({ from, to }) => cut(seconds) > cut(from) - LABEL && cut(seconds) < cut(to) + LABEL)
    return hidden ? this.#sheet.place(`left:${percent(this.part(seconds))}`, 'display:none') : this.at(seconds)
  }

  /** Returns the same from the right. */
  before(seconds: number): string {
    return this.#sheet.place(
      `right:${percent(1 - this.part(seconds))}`,
      this.#cut === null ? null : `right:${percent(1 - this.#cut(seconds))}`,
    )
  }
}

function span(from: number, to: number): string {
  const left = Math.min(1, Math.max(0, from))
  return `left:${percent(left)};width:${percent(Math.max(0, Math.min(1, to) - left))}`
}

function percent(share: number): string {
  return `${Number((Math.min(1, Math.max(0, share)) * 100).toFixed(3))}%`
}
