import { shortText } from '@runspan/story'

import type { ChartOption } from '../charts/chart-option.ts'
import { type ChartTheme, DARK_THEME, LIGHT_THEME, PICTURE_FONT } from '../charts/chart-theme.ts'
import { renderSvg, type SvgSize } from '../charts/render-svg.ts'
import { escapeHtml } from '../html/template.ts'
import { svgToPng } from './png.ts'

/** A standalone picture: a title, a sentence, a chart. */
export interface Picture {
  readonly title: string
  readonly note: string
  readonly size: SvgSize
  readonly option: (theme: ChartTheme) => ChartOption
  /** Numbers next to the chart; the first row is the head. */
  readonly table?: readonly (readonly string[])[] | undefined
}

export interface PictureOptions {
  /** Default: light. */
  readonly dark?: boolean | undefined
}

const MARGIN = 24
const HEAD = 56

/** Returns the picture as an SVG file. */
export function pictureSvg(
  { title, note, size, option, table }: Picture,
  { dark = false }: PictureOptions = {},
): string {
  const theme = dark ? DARK_THEME : LIGHT_THEME
  const { tokens } = theme
  const width = size.width + 2 * MARGIN + (table === undefined ? 0 : tableWidth(table))
  const height = size.height + HEAD + 2 * MARGIN
  const chart = renderSvg(option(theme), size, 'chart').replace('<svg ', `<svg x="${MARGIN}" y="${MARGIN + HEAD}" `)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${PICTURE_FONT}">
<rect width="${width}" height="${height}" fill="${tokens.paper}"/>
<text x="${MARGIN}" y="${MARGIN + 18}" font-size="20" font-weight="600" fill="${tokens.ink}">${escapeHtml(shortText(title, 90))}</text>
<text x="${MARGIN}" y="${MARGIN + 40}" font-size="13" fill="${tokens.ink3}">${escapeHtml(shortText(note, 150))}</text>
${chart}${table === undefined ? '' : tableSvg(table, size.width + MARGIN, MARGIN + HEAD + 40, theme)}
</svg>
`
}

const LABEL = 190
const COLUMN = 110
const LINE = 30

function tableWidth(table: readonly (readonly string[])[]): number {
  return LABEL + Math.max(0, (table[0]?.length ?? 0) - 1) * COLUMN
}

/** Returns rows of words: the first column at the left, numbers at the right. */
function tableSvg(table: readonly (readonly string[])[], left: number, top: number, { tokens }: ChartTheme): string {
  const right = left + tableWidth(table)
  return table
    .map((cells, i) => {
      const y = top + i * LINE
      const texts = cells.map((cell, j) => {
        const style = i === 0 ? `font-weight="600" fill="${tokens.ink3}"` : `fill="${tokens.ink}"`
        const place = j === 0 ? `x="${left}"` : `x="${left + LABEL + j * COLUMN}" text-anchor="end"`
        return `<text ${place} y="${y}" font-size="13" ${style}>${escapeHtml(shortText(cell, 28))}</text>`
      })
      return `${texts.join('')}<path d="M${left} ${y + 10}H${right}" stroke="${i === 0 ? tokens.rule2 : tokens.rule}"/>`
    })
    .join('\n')
}

/** Returns the picture as PNG. */
export function picturePng(picture: Picture, options: PictureOptions = {}): Uint8Array {
  const { tokens } = options.dark === true ? DARK_THEME : LIGHT_THEME
  return svgToPng(pictureSvg(picture, options), tokens.paper)
}
