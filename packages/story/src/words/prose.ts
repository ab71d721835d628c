import { shortName } from './names.ts'

/** Characters of a name within a sentence: whoever needs all of it finds it in the tables. */
const NAME = 120

/** A sentence with its marks, whatever it is printed on: text, a name as code, stress, a link. */
export type Piece =
  | string
  | { readonly code: string }
  | { readonly strong: Prose }
  | { readonly link: string; readonly text: string }

export type Prose = readonly Piece[]

/** A name as it is, in monospace. */
export function name(text: string): Piece {
  return { code: shortName(text, NAME) }
}

/** Names in a row: `a`, `a` and `b`, `a`, `b` and 3 more. */
export function names(list: readonly string[], most = 3): Prose {
  if (list.length <= 1) return list.map(name)
  const shown = list.length > most ? list.slice(0, most - 1) : list.slice(0, -1)
  const last: Prose = list.length > most ? [`${list.length - most + 1} more`] : [name(list.at(-1)!)]
  return [...shown.flatMap((item, i): Prose => (i === 0 ? [name(item)] : [', ', name(item)])), ' and ', ...last]
}

/** The words alone. */
export function plain(prose: Prose): string {
  return prose
    .map((piece) =>
      typeof piece === 'string'
        ? piece
        : 'code' in piece
          ? piece.code
          : 'strong' in piece
            ? plain(piece.strong)
            : piece.text,
    )
    .join('')
}

/** A labelled statement of a verdict. */
export interface Fact {
  readonly label: string
  readonly prose: Prose
}
