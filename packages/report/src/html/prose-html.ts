import type { Fact, Piece, Prose } from '@runspan/story'

import { markup, type Markup, raw } from './template.ts'

const SAFE_LINK = /^(?:https?:\/\/|[\w./%#-]+$)/i

/** Returns whether a link to an address is allowed: within the document's own folder, or to the web. */
export function isSafeLink(address: string): boolean {
  return SAFE_LINK.test(address) && !address.startsWith('//')
}

/** Returns a sentence as markup. */
export function proseHtml(prose: Prose): Markup {
  return markup`${prose.map(pieceHtml)}`
}

function pieceHtml(piece: Piece): Markup {
  if (typeof piece === 'string') return markup`${piece}`
  if ('code' in piece) return markup`<code>${piece.code}</code>`
  if ('amount' in piece) return markup`${piece.amount}`
  if ('strong' in piece) return markup`<strong>${piece.strong.map(pieceHtml)}</strong>`
  return isSafeLink(piece.link) ? markup`<a href="${piece.link}">${piece.text}</a>` : markup`${piece.text}`
}

/** Returns the sentences of a verdict, each next to its label. */
export function factsHtml(facts: readonly (Fact & { readonly below?: Markup | null })[]): Markup {
  if (facts.length === 0) return raw('')
  return markup`<dl class="facts">${facts.map(
    ({ label, prose, below }) => markup`<div><dt>${label}</dt><dd>${proseHtml(prose)}${below ?? null}</dd></div>`,
  )}</dl>`
}
