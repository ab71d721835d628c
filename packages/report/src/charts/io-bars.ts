import { bytes, shortName } from '@runspan/story'

import { FIXED, valueAxis } from './axes.ts'
import type { ChartOption } from './chart-option.ts'
import { type ChartTheme, labelStyle } from './chart-theme.ts'

/** Bytes that a task read and wrote. */
export interface IoBar {
  readonly name: string
  readonly readBytes: number
  readonly writeBytes: number
}

const ROW = 34

export function ioBarsHeight(bars: number): number {
  return bars * ROW + 40
}

/** Bytes read (blue) and written (violet) by task. */
export function ioBars(bars: readonly IoBar[], theme: ChartTheme): ChartOption {
  const { tokens, fontFamily } = theme
  const highest = Math.max(...bars.flatMap(({ readBytes, writeBytes }) => [readBytes, writeBytes]), 1)
  const series = (title: string, color: string, value: (bar: IoBar) => number): object => ({
    type: 'bar',
    barWidth: 9,
    barGap: '20%',
    emphasis: { disabled: true },
    itemStyle: { color, borderRadius: 1 },
    data: bars.map(value),
    label: {
      show: true,
      position: 'right',
      formatter: ({ value: size }: { readonly value: number }) => (size === 0 ? '' : `${title} ${bytes(size)}`),
      color: tokens.ink2,
      fontSize: 11,
      fontFamily,
    },
  })
  return {
    grid: { ...FIXED, left: 210, right: 110, top: 26, bottom: 4 },
    xAxis: {
      ...valueAxis(highest, (value) => (value === 0 ? '0' : bytes(value).replace(/\.0(?=\D)/, '')), theme, 4),
      position: 'top',
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLine: { lineStyle: { color: tokens.rule2 } },
      axisTick: { show: false },
      axisLabel: {
        ...labelStyle(theme),
        color: tokens.ink,
        fontSize: 13,
        margin: 210,
        align: 'left',
        interval: 0,
        formatter: (value: string) => shortName(value, 28),
      },
    },
    series: [
      series('read', tokens.running, ({ readBytes }) => readBytes),
      series('written', tokens.cancelled, ({ writeBytes }) => writeBytes),
    ],
  }
}
