import { visible } from '@runspan/model'
import stringWidth from 'string-width'

import { finishedLine, STYLES } from './finished-line.ts'

/** Cells a text takes in a terminal; escapes take none, wide characters two. */
export function cells(text: string): number {
  return stringWidth(text)
}

export { visible }

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The longest beginning that takes no more than so many cells. */
function beginning(text: string, width: number): string {
  let result = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    const size = cells(segment)
    if (used + size > width) break
    result += segment
    used += size
  }
  return result
}

function ending(text: string, width: number): string {
  const segments = [...segmenter.segment(text)].map(({ segment }) => segment)
  let result = ''
  let used = 0
  for (const segment of segments.reverse()) {
    const size = cells(segment)
    if (used + size > width) break
    result = segment + result
    used += size
  }
  return result
}

/** Prose is cut at its end. */
export function cutEnd(text: string, width: number): string {
  return cells(text) <= width ? text : `${beginning(text, width - 1).trimEnd()}…`
}

/** Names lose their middle: their ends tell them apart. */
export function cutMiddle(text: string, width: number): string {
  if (cells(text) <= width) return text
  const head = Math.ceil((width - 1) / 2)
  return `${beginning(text, head)}…${ending(text, width - 1 - head)}`
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - cells(text))) + text
}

/** Words in lines of at most so many cells; a longer word is cut. */
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

/** A finished line, styled or not, within so many cells: the last defence against names that no column cuts or makes visible. */
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
    const kept = beginning(part, room)
    result += kept
    used += cells(kept)
    if (kept.length < part.length) break
  }
  return `${result}…${styled ? '\u001B[0m' : ''}`
}

const TO_ASCII: Readonly<Record<string, string>> = { '…': '~', '×': 'x', '−': '-', '–': '-', µ: 'u', '’': "'" }

/** Signs of our own in ASCII, one cell for one. */
export function toAscii(line: string): string {
  return line.replaceAll(/[…×−–µ’]/g, (sign) => TO_ASCII[sign]!)
}
