import { compact, type Fact, ordinarySpaces, type Piece, type Prose } from '@runspan/story'

import type { Terminal } from './terminal.ts'
import { cells, cutMiddle, wrap } from './text.ts'

/**
 * Switches bold on and off while lines are built. It takes no cell, and no name contains it, since names are made visible.
 */
const STRESS = '\u0002'

/** Returns prose in lines of at most `width` cells, stressed parts in bold. */
export function proseLines(prose: Prose, width: number, terminal: Terminal, maxLines?: number): string[] {
  let bold = false
  return wrap(prose.map((piece) => marked(piece, width)).join(''), width, maxLines).map((line) =>
    line
      .split(STRESS)
      .map((part, i) => {
        if (i > 0) bold = !bold
        const text = ordinarySpaces(part)
        return bold ? terminal.style('bold', text) : text
      })
      .join(''),
  )
}

function marked(piece: Piece, width: number): string {
  if (typeof piece === 'string') return piece
  if ('strong' in piece) return `${STRESS}${piece.strong.map((inner) => marked(inner, width)).join('')}${STRESS}`
  // a name longer than a line is cut in the middle, not at its end
  return 'code' in piece ? cutMiddle(piece.code, width) : compact([piece])
}

/** Returns the first sentence of a verdict with its glyph, in bold. */
export function headlineLines(glyph: string, prose: Prose, terminal: Terminal): string[] {
  return proseLines([{ strong: prose }], terminal.width - 2, terminal).map(
    (line, i) => `${i === 0 ? glyph : ' '} ${line}`,
  )
}

/** Returns the statements of a verdict, with their labels in a column. */
export function factLines(facts: readonly Fact[], label: number, terminal: Terminal): string[] {
  return facts.flatMap(({ short, prose }) =>
    proseLines(prose, terminal.width - 2 - label, terminal, MOST_LINES).map((line, i) => {
      const head = i === 0 ? short : ''
      return `  ${terminal.style('dim', head)}${' '.repeat(label - cells(head))}${line}`
    }),
  )
}

/** Maximum lines of a statement; documents show more. */
const MOST_LINES = 5
