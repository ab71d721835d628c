import { replaceHidden } from '@runspan/model'

/** Measures the space of a text: characters in a document, cells in a terminal. */
export type Measure = (text: string) => number

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function segmentsOf(text: string): string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment)
}

/** Characters as a person counts them. */
const characters: Measure = (text) => segmentsOf(text).length

/** Returns whether a text fits; counts no further than necessary, since texts from outside may be long. */
function fits(text: string, room: number, measure: Measure): boolean {
  if (measure !== characters) return measure(text) <= room
  if (text.length <= room) return true
  return beginning(text, room, measure).length === text.length
}

/** Returns the longest beginning of a text that fits. */
export function beginning(text: string, room: number, measure: Measure = characters): string {
  let result = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    used += measure === characters ? 1 : measure(segment)
    if (used > room) break
    result += segment
  }
  return result
}

function ending(text: string, room: number, measure: Measure): string {
  let result = ''
  let used = 0
  for (const segment of segmentsOf(text).reverse()) {
    used += measure === characters ? 1 : measure(segment)
    if (used > room) break
    result = segment + result
  }
  return result
}

/** Returns prose cut at its end if it does not fit. */
export function cutEnd(text: string, room: number, measure: Measure = characters): string {
  return fits(text, room, measure) ? text : `${beginning(text, room - 1, measure).trimEnd()}…`
}

/**
 * Returns a name cut in its middle if it does not fit: its end distinguishes it, and an index in brackets stays whole.
 */
export function cutMiddle(text: string, room: number, measure: Measure = characters): string {
  if (fits(text, room, measure)) return text
  const bracket = measure(/\[[^\]]*\]$/.exec(text)?.[0] ?? '')
  const tail = Math.max(0, Math.min(Math.max(bracket, Math.floor((room - 1) / 2)), room - 4))
  return `${beginning(text, room - 1 - tail, measure)}…${ending(text, tail, measure)}`
}

/** Returns a text from outside on one line of at most `most` UTF-16 units; hidden characters become blanks. */
export function oneLine(text: string, most: number): string {
  const line = replaceHidden(text.slice(0, most * 4), () => ' ').trim()
  return line.length <= most ? line : `${cutUnits(line, most - 1)}…`
}

/** Returns the first `most` UTF-16 units, without half a character at the end. */
export function cutUnits(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')
}
