import { visibleLines } from '@runspan/model'
import { BarChart, CustomChart, LineChart, RadarChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, RadarComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

import type { ChartOption } from './chart-option.ts'

use([BarChart, CustomChart, LineChart, RadarChart, GridComponent, MarkLineComponent, RadarComponent, SVGRenderer])

export interface SvgSize {
  /** Width in pixels. */
  readonly width: number
  readonly height: number
}

/**
 * Returns a chart as SVG without script, style or class, for a document (`inline`) or a separate file. `id` keeps ids within
 * one document unique.
 */
export function renderSvg(option: ChartOption, { width, height }: SvgSize, id: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ animation: false, ...option })
    return visibleLines(plainSvg(chart.renderToSVGString({ useViewBox: true }), id))
  } finally {
    chart.dispose() // an instance that is not disposed keeps the process alive
  }
}

/**
 * Keeps only what draws: no classes, no metadata, no style attributes (the content policy refuses them), short numbers.
 */
function plainSvg(svg: string, id: string): string {
  return (
    svg
      .replaceAll(/<style[^>]*>[\s\S]*?<\/style>/g, '')
      .replaceAll(/ (?:class|pointer-events|ecmeta_\w+|xml:space|baseProfile|version)="[^"]*"/g, '')
      // numbered over the life of the process: removed, so that equal data give equal bytes
      .replaceAll(/\bzr\d+-/g, '')
      .replaceAll(/ style="([^"]*)"/g, (_, style: string) => asAttributes(style))
      .replaceAll(
        / (d|transform|points)="([^"]*)"/g,
        (_, name: string, value: string) => ` ${name}="${rounded(value)}"`,
      )
      .replaceAll(/ id="([^"]*)"/g, ` id="${id}-$1"`)
      .replaceAll(/url\(#([^)]*)\)/g, `url(#${id}-$1)`)
      .replaceAll(/xlink:href="#([^"]*)"/g, `href="#${id}-$1"`)
      .replaceAll(/<g>\s*<\/g>|<defs>\s*<\/defs>/g, '')
  )
}

function rounded(numbers: string): string {
  return numbers.replaceAll(/-?\d+\.\d+/g, (number) => String(Number(Number(number).toFixed(1))))
}

/** Returns `font-size:12px;font-weight:600` as attributes; the family is the document's own. */
function asAttributes(style: string): string {
  return style
    .split(';')
    .map((declaration) => declaration.split(':').map((part) => part.trim()))
    .filter(
      ([property, value]) =>
        value !== undefined && /^(?:font-(?:size|weight|style|family)|text-anchor)$/.test(property!),
    )
    .map(([property, value]) => ` ${property}="${value!.replaceAll('"', "'")}"`)
    .join('')
}
