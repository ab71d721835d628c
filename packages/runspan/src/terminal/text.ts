import { visible } from '@runspan/model'
import { beginning, cutEnd as cutEndOf, cutMiddle as cutMiddleOf } from '@runspan/story'
import stringWidth from 'string-width'

import { finishedLine, STYLES } from './finished-line.ts'

const PRINTABLE_ASCII = /^[ -~]*$/

/** Returns the cells a text takes in a terminal; escapes take none, wide characters two. */
export function cells(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text)
}

export { visible }

/** Returns prose cut at its end to `width` cells. */
export function cutEnd(text: string, width: number): string {
  return cutEndOf(text, width, cells)
}

/** Returns a name cut in its middle if it takes more than `width` cells. */
export function cutMiddle(text: string, width: number): string {
  return cutMiddleOf(text, width, cells)
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - cells(text))) + text
}

/** Returns words in lines of at most `width` cells; a longer word is cut. */
export function wrap(text: string, width: number, maxLines: number = Infinity): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (cells(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = cutEnd(word, width)
  }
  lines.push(line)
  if (lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines - 1), cutEnd(lines.slice(maxLines - 1).join(' '), width)]
}

/**
 * Cuts a finished line, styled or not, to `width` cells: the last defence against names that no column cuts or escapes.
 */
export function clip(finished: string, width: number): string {
  const line = finishedLine(finished)
  if (cells(line) <= width) return line
  let result = ''
  let used = 0
  let styled = false
  for (const part of line.split(STYLES)) {
    if (part.startsWith('\u001B[')) {
      result += part
      styled = true
      continue
    }
    const room = width - 1 - used
    const kept = beginning(part, room, cells)
    result += kept
    used += cells(kept)
    if (kept.length < part.length) break
  }
  return `${result}…${styled ? '\u001B[0m' : ''}`
}

const TO_ASCII: Readonly<Record<string, string>> = {
  '…': '~',
  '×': 'x',
  '−': '-',
  '–': '-',
  '→': '>',
  µ: 'u',
  '’': "'",
}

/** Replaces our own signs by ASCII, cell by cell. */
export function toAscii(line: string): string {
  return line.replaceAll(/[…×−–→µ’]/g, (sign) => TO_ASCII[sign]!)
}
