import { compactDuration, compactSignedDuration, duration, signedDuration } from './durations.ts'
import { row } from './listing.ts'
import { shortName } from './names.ts'
import {
  bytes,
  compactBytes,
  compactCount,
  compactDifference,
  compactPercent,
  count,
  difference,
  percent,
} from './numbers.ts'
import { ordinarySpaces } from './signs.ts'

/** Maximum characters of a name within a sentence; the tables have the whole name. */
const NAME = 120

/** A part of a sentence for any output: text, a name as code, an amount in its two forms, stress, a link. */
export type Piece =
  | string
  | { readonly code: string }
  | Amount
  | { readonly strong: Prose }
  | { readonly link: string; readonly text: string }

/** A number with its unit: `4 min 2 s`, or `4m02s` in terminals. */
export interface Amount {
  readonly amount: string
  readonly compact: string
}

/** A sentence with its marks. */
export type Prose = readonly Piece[]

/** A labelled statement of a verdict. */
export interface Fact {
  readonly label: string
  /** Short label, for narrow space. */
  readonly short: string
  readonly prose: Prose
}

/** Returns a template as prose: `say`…${took(4)}…``; null is omitted. */
export function say(texts: readonly string[], ...values: readonly (Piece | Prose | number | null)[]): Prose {
  return texts
    .flatMap((text, i): Prose => {
      const value = values[i] ?? null
      if (value === null) return [text]
      if (typeof value === 'number') return [text, String(value)]
      return isProse(value) ? [text, ...value] : [text, value]
    })
    .filter((piece) => piece !== '')
}

function isProse(value: Piece | Prose): value is Prose {
  return Array.isArray(value)
}

/** Returns a name unchanged, in monospace. */
export function name(text: string): Piece {
  return { code: shortName(text, NAME) }
}

/** Returns names as a list: `a`, `a` and `b`, `a`, `b` and 3 more. */
export function names(list: readonly string[], most = 3): Prose {
  const { shown, last } = row<Piece>(list.map(name), most)
  const first = shown.flatMap((item, i): Prose => (i === 0 ? [item] : [', ', item]))
  return last === null ? first : [...first, ' and ', last]
}

/** Returns a duration within a sentence. */
export function time(seconds: number | null): Amount {
  return { amount: duration(seconds), compact: compactDuration(seconds) }
}

/** Returns a difference in time with its sign within a sentence. */
export function signedTime(seconds: number): Amount {
  return { amount: signedDuration(seconds), compact: compactSignedDuration(seconds) }
}

/** Returns a share within a sentence. */
export function share(ratio: number | null): Amount {
  return { amount: percent(ratio), compact: compactPercent(ratio) }
}

/** Returns decimal bytes within a sentence. */
export function size(value: number): Amount {
  return { amount: bytes(value), compact: compactBytes(value) }
}

/** Returns a whole number within a sentence. */
export function quantity(value: number): Amount {
  return { amount: count(value), compact: compactCount(value) }
}

/** Returns how far a ratio is from 1 within a sentence; null for noise. */
export function far(ratio: number, noise?: number): Amount | null {
  const amount = difference(ratio, noise)
  return amount === null ? null : { amount, compact: compactDifference(ratio, noise)! }
}

/** Returns the words without marks, amounts as documents write them. */
export function plain(prose: Prose): string {
  return prose.map((piece) => words(piece, plain, 'amount')).join('')
}

/** Returns the words without marks, with ordinary spaces: for chat, alerts and logs. */
export function plainText(prose: Prose): string {
  return ordinarySpaces(plain(prose))
}

/** Returns the words without marks, amounts as terminals write them. */
export function compact(prose: Prose): string {
  return prose.map((piece) => words(piece, compact, 'compact')).join('')
}

function words(piece: Piece, inside: (prose: Prose) => string, form: keyof Amount): string {
  if (typeof piece === 'string') return piece
  if ('code' in piece) return piece.code
  if ('amount' in piece) return piece[form]
  return 'strong' in piece ? inside(piece.strong) : piece.text
}

/** Returns a clause as a heading: its first letter in upper case. */
export function capitalised(prose: Prose): Prose {
  return withFirst(prose, (letter) => letter.toUpperCase())
}

/** Returns a heading as part of a sentence: its first letter in lower case, unless it starts with a name. */
export function uncapitalised(prose: Prose): Prose {
  return withFirst(prose, (letter) => letter.toLowerCase())
}

function withFirst(prose: Prose, change: (letter: string) => string): Prose {
  return prose.map((piece, i) =>
    i === 0 && typeof piece === 'string' ? change(piece.charAt(0)) + piece.slice(1) : piece,
  )
}
