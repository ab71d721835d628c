import { markup, type Markup } from '../html/template.ts'

/** A part of a document with its heading. */
export function section(id: string, heading: string, lead: string | Markup | null, content: Markup): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>${lead === null ? null : markup`<p class="lead">${lead}</p>`}
${content}
</section>
`
}

/** Returns a note in place of a drawing: why there is none, and what to do. */
export function emptyNote(strong: string, rest: Markup | string): Markup {
  return markup`<p class="empty"><strong>${strong}</strong> ${rest}</p>`
}
