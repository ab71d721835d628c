import { markup, type Markup, raw } from '../html/template.ts'
import type { ChartOption } from './chart-option.ts'
import { DOCUMENT_THEME, type ChartTheme } from './chart-theme.ts'
import { renderSvg } from './render-svg.ts'

/**
 * Widths of a chart in pixels: a wide page, a tablet, a phone. Scaling one would make the text of the others unreadable.
 */
export const WIDTHS = { wide: 960, medium: 640, narrow: 358 } as const

/** Returns a chart for a document, drawn for each width, with a sentence that says what it shows. */
export function chartFigure(
  draw: (size: { readonly narrow: boolean; readonly width: number }, theme: ChartTheme) => ChartOption,
  { id, label, height }: { readonly id: string; readonly label: string; readonly height: number },
  widths: { readonly wide: number; readonly medium: number; readonly narrow: number } = WIDTHS,
): Markup {
  return markup`<div class="chart" role="img" aria-label="${label}">${(['wide', 'medium', 'narrow'] as const).map(
    (size) => {
      const width = widths[size]
      const svg = renderSvg(
        draw({ narrow: size === 'narrow', width }, DOCUMENT_THEME),
        { width, height },
        `${id}-${size}`,
      )
      return markup`<div class="${size}" aria-hidden="true">${raw(svg)}</div>`
    },
  )}</div>`
}
