import { replaceHidden } from '@runspan/model'

/** Returns a text from outside in one line of bearable length: hidden characters become blanks. */
export function oneLine(text: string, most: number): string {
  const line = replaceHidden(text.slice(0, most * 4), () => ' ').trim()
  return line.length <= most ? line : `${cut(line, most - 1)}…`
}

/** The first so many UTF-16 units, without half a character at the end. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')
}
