import { duration, minute, UNKNOWN } from '@runspan/story'
import { BarChart, CustomChart, LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

import type { ChartOption } from '../charts/chart-option.ts'
import { DOCUMENT_THEME } from '../charts/chart-theme.ts'
import { runBarWords, runsBars } from '../charts/runs-bars.ts'
import { type RunBucket, runsBuckets } from '../charts/runs-buckets.ts'
import { taskHeatmap } from '../charts/task-heatmap.ts'
import type { BrowserData, BrowserView } from '../dashboard/browser-data.ts'
import { markup } from '../html/template.ts'
import { browser, type PageElement } from './browser-globals.ts'

use([BarChart, CustomChart, LineChart, GridComponent, TooltipComponent, SVGRenderer])

interface Pointed {
  readonly dataIndex: number
}

const source = browser.document.querySelector('#data')?.textContent
const NARROW = 560

if (source !== undefined && source !== null) {
  const data = JSON.parse(source) as BrowserData
  for (const place of browser.document.querySelectorAll('.live')) {
    try {
      hydrate(place, data)
    } catch {
      place.classList.remove('interactive') // keeps the existing static drawing
    }
  }
}

/** Replaces the drawing of a chart by an interactive chart. */
function hydrate(place: PageElement, data: BrowserData): void {
  const fixed = place.querySelector('.chart')
  if (fixed === null) return
  const height = [...fixed.children].map((child) => child.offsetHeight).find((pixels) => pixels > 0)
  const kind = place.dataset['chart'] ?? ''
  if (height === undefined || drawingOf(kind, data.wide, false) === null) return
  const element = browser.document.createElement('div')
  element.className = 'interactive-chart'
  element.style.height = `${height}px`
  element.setAttribute('role', 'img')
  element.setAttribute('aria-label', fixed.getAttribute('aria-label') ?? '')
  fixed.before(element)
  fixed.classList.add('fixed')
  place.classList.add('interactive')
  const chart = init(element as never, null, { renderer: 'svg' })
  let drawing: Drawing | null = null
  const redraw = (): void => {
    const narrow = element.clientWidth < NARROW
    drawing = drawingOf(kind, narrow ? data.narrow : data.wide, narrow)
    if (drawing === null) return
    const { option, words, trigger } = drawing
    chart.setOption({ animation: false, ...option, tooltip: tooltip(trigger, words) }, true)
  }
  redraw()
  let width = element.clientWidth
  new browser.ResizeObserver(() => {
    if (element.clientWidth === width) return
    width = element.clientWidth
    chart.resize()
    redraw()
  }).observe(element)
  chart.on('click', (event) => {
    const link = drawing?.link(event.dataIndex) ?? null
    if (link !== null) browser.location.href = link
  })
}

function tooltip(trigger: 'item' | 'axis', words: (index: number) => string): object {
  return {
    trigger,
    confine: true,
    transitionDuration: 0,
    backgroundColor: 'var(--paper)',
    borderColor: 'var(--rule2)',
    borderWidth: 1,
    borderRadius: 3,
    padding: [6, 10],
    extraCssText: 'box-shadow:none;max-width:320px;white-space:normal',
    axisPointer: { type: 'line', lineStyle: { color: 'var(--ink3)' }, label: { show: false } },
    formatter: (pointed: Pointed | readonly Pointed[]) => {
      const first = Array.isArray(pointed) ? (pointed as readonly Pointed[])[0] : (pointed as Pointed)
      return first === undefined ? '' : words(first.dataIndex)
    },
  }
}

interface Drawing {
  readonly option: ChartOption
  readonly trigger: 'item' | 'axis'
  readonly words: (index: number) => string
  readonly link: (index: number) => string | null
}

function drawingOf(kind: string, view: BrowserView, narrow: boolean): Drawing | null {
  const { runs, regimes, buckets, heat, heatWords, heatLinks } = view
  const size = { narrow }
  if (kind === 'runs') {
    return {
      option: runsBars(runs, regimes, size, DOCUMENT_THEME),
      trigger: 'item',
      words: (index) => (runs[index] === undefined ? '' : tip(runBarWords(runs[index]), runs[index].words)),
      link: (index) => runs[index]?.link ?? null,
    }
  }
  if (kind === 'buckets' && buckets !== null) {
    const option = runsBuckets(buckets, size, DOCUMENT_THEME)
    return { option, trigger: 'axis', words: (index) => bucketWords(buckets[index]), link: () => null }
  }
  if (kind === 'heat') {
    return {
      option: taskHeatmap(heat, size, DOCUMENT_THEME),
      trigger: 'item',
      words: (index) => {
        const cell = heat.cells[index]
        if (cell === undefined) return ''
        const started = heat.columns[cell.column]?.startTime
        const when = started === undefined ? UNKNOWN : minute(new Date(started))
        return tip(heat.rows[cell.row] ?? '', `${heatWords[index] ?? ''}, run of ${when}`)
      },
      link: (index) => heatLinks[heat.cells[index]?.column ?? -1] ?? null,
    }
  }
  return null
}

function bucketWords(bucket: RunBucket | undefined): string {
  if (bucket === undefined) return ''
  const { startTime, runs, failed, p50, p95 } = bucket
  return tip(
    minute(new Date(startTime)),
    `${runs} runs, ${failed} failed; median ${duration(p50)}, 19 of 20 under ${duration(p95)}`,
  )
}

function tip(title: string, text: string): string {
  return markup`<div class="tip"><b>${title}</b>${text}</div>`.text
}
