import type { Figure } from '@runspan/story'

import { markup, type Markup } from '../html/template.ts'

/** Returns a row of figures with their meaning. */
export function figuresHtml(figures: readonly Figure[]): Markup {
  return markup`<dl class="figures" aria-label="Figures">${figures.map(
    ({ label, value, note }) => markup`<div><dt>${label}</dt><dd><b>${value}</b> <small>${note}</small></dd></div>`,
  )}</dl>`
}
