import { visibleLines } from '@runspan/model'

/** Markup that is safe as it is. Only `markup` and `raw` make it. */
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

/** Text as it may stand in an element or a quoted attribute; hidden characters are shown. */
export function escapeHtml(text: string): string {
  return visibleLines(text)
    .toWellFormed()
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!)
}

/**
 * Markup whose values are escaped, whatever they are; lists are joined, null and false leave nothing. Not named `html`: formatters rewrite what they take
 * for HTML, and the style's hash and the spaces between words are the content here.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(strings.map((string, i) => (i === 0 ? '' : printed(values[i - 1])) + string).join(''))
}

/** Markup made by a program that escapes by itself. */
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
