import { visibleLines } from '@runspan/model'

/** Safe markup. Only `markup` and `raw` create it. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

type Value = string | number | Markup | null | undefined | false | readonly Value[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Returns text that is safe in an element or a quoted attribute; hidden characters are shown. */
export function escapeHtml(text: string): string {
  return visibleLines(text)
    .toWellFormed()
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!)
}

/**
 * Returns markup with all values escaped; lists are joined, null and false are omitted. It is not named `html` because
 * formatters rewrite what they take for HTML, and here the style's hash and the spaces between words matter.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(strings.map((string, i) => (i === 0 ? '' : printed(values[i - 1])) + string).join(''))
}

/** Returns markup from a program that escapes by itself. */
export function raw(text: string): Markup {
  return new Markup(text)
}

export const NOTHING: Markup = raw('')

function printed(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(printed).join('')
  return escapeHtml(String(value))
}
