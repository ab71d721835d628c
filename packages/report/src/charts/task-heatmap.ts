import { shortName } from '@runspan/story'

import { FIXED } from './axes.ts'
import type { ChartOption } from './chart-option.ts'
import { type ChartTheme, labelStyle } from './chart-theme.ts'
import { CHART_MARKS } from './marks.ts'
import { dayLabels } from './runs-bars.ts'

/** Classification of a task in a run, against its own median. */
export type HeatTone = 'far-below' | 'below' | 'usual' | 'above' | 'far-above' | 'failed' | 'skipped'

export interface HeatCell {
  /** Indexes of the run and of the task. */
  readonly column: number
  readonly row: number
  readonly tone: HeatTone
  readonly retried: boolean
}

export interface Heatmap {
  readonly columns: readonly { readonly runId: string; readonly startTime: string }[]
  readonly rows: readonly string[]
  readonly cells: readonly HeatCell[]
}

const ROW = 22

/** Returns the height in pixels of a heatmap with this many rows. */
export function heatmapHeight(rows: number): number {
  return rows * ROW + 30
}

interface Api {
  value(dimension: number): number
  coord(value: readonly [number, number]): [number, number]
  size(value: readonly [number, number]): [number, number]
}

/**
 * Returns tasks by run: the colour shows the duration against the task's own median, signs mark failed, retried and skipped
 * ones.
 */
export function taskHeatmap(
  { columns, rows, cells }: Heatmap,
  { narrow }: { readonly narrow: boolean },
  theme: ChartTheme,
): ChartOption {
  const { tokens, fontFamily } = theme
  const fills: Readonly<Record<HeatTone, string>> = {
    'far-below': tokens.heatFarBelow,
    below: tokens.heatBelow,
    usual: tokens.heatUsual,
    above: tokens.heatAbove,
    'far-above': tokens.heatFarAbove,
    failed: tokens.failedText,
    skipped: tokens.paper,
  }
  return {
    grid: { ...FIXED, left: narrow ? 108 : 152, right: 12, top: 2, bottom: 26 },
    xAxis: {
      type: 'category',
      data: columns.map(({ startTime }) => startTime),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...labelStyle(theme), ...dayLabels(columns, narrow ? 2 : 8) },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        ...labelStyle(theme),
        color: tokens.ink,
        margin: narrow ? 108 : 152,
        align: 'left',
        interval: 0,
        formatter: (value: string) => shortName(value, narrow ? 15 : 21),
      },
    },
    series: [
      {
        type: 'custom',
        emphasis: { disabled: true },
        encode: { x: 0, y: 1 },
        data: cells.map(({ column, row }) => [column, row]),
        renderItem: (params: { readonly dataIndex: number }, api: Api) => {
          const cell = cells[params.dataIndex]!
          const [x, y] = api.coord([api.value(0), api.value(1)])
          const [width, height] = api.size([1, 1])
          const w = Math.max(1, width - Math.min(2, width * 0.15))
          const h = height - 2
          const sign =
            cell.tone === 'failed'
              ? CHART_MARKS.failed
              : cell.tone === 'skipped'
                ? CHART_MARKS.skipped
                : cell.retried
                  ? CHART_MARKS.retried
                  : ''
          return {
            type: 'group',
            children: [
              {
                type: 'rect',
                shape: { x: x - w / 2, y: y - h / 2, width: w, height: h, r: 1 },
                style: {
                  fill: fills[cell.tone],
                  stroke: cell.tone === 'skipped' ? tokens.rule2 : 'none',
                  lineWidth: cell.tone === 'skipped' ? 1 : 0,
                },
              },
              ...(sign === ''
                ? []
                : [
                    {
                      type: 'text',
                      style: {
                        text: sign,
                        x,
                        y,
                        align: 'center',
                        verticalAlign: 'middle',
                        fontSize: cell.tone === 'failed' ? Math.min(13, w + 2) : Math.min(10, w),
                        fontWeight: 600,
                        fontFamily,
                        fill: cell.tone === 'failed' ? tokens.paper : tokens.ink,
                      },
                    },
                  ]),
            ],
          }
        },
      },
    ],
  }
}
