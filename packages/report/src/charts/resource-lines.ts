import type { ResourceTrend } from '@runspan/analytics'

import { bytes, decimal } from '../words/numbers.ts'
import { FIXED, timeAxis, valueAxis } from './axes.ts'
import type { ChartOption } from './chart-option.ts'
import type { ChartTheme } from './chart-theme.ts'

/** Use of one resource over the time of a run, as an area from 0; missing samples are a gap. */
export function resourceLines(
  trend: ResourceTrend,
  { start, seconds, narrow }: { readonly start: Date; readonly seconds: number; readonly narrow: boolean },
  theme: ChartTheme,
): ChartOption {
  const { tokens } = theme
  const color = trend.metric === 'memory' ? tokens.cancelled : tokens.running
  const peak = Math.max(0, ...trend.values)
  return {
    grid: narrow
      ? { ...FIXED, left: 60, right: 8, top: 8, bottom: 4 }
      : { ...FIXED, left: 88, right: 84, top: 8, bottom: 4 },
    xAxis: { ...timeAxis(seconds, narrow ? 3 : 8, theme), axisLabel: { show: false } },
    yAxis: valueAxis(peak, (value) => shownValue(trend, value), theme),
    series: [
      {
        type: 'line',
        data: points(trend, start, seconds),
        showSymbol: false,
        silent: true,
        step: trend.source === 'tasks' ? 'end' : false,
        sampling: 'lttb',
        lineStyle: { color, width: 1.5 },
        areaStyle: { color, opacity: 0.15 },
      },
    ],
  }
}

/** A value with its unit: `4.2 cores`, `8.9 GB`, `1.2 MB/s`. */
export function shownValue({ unit }: Pick<ResourceTrend, 'unit'>, value: number): string {
  if (unit === 'cores') return value === 0 ? '0' : decimal(value).replace(/\.0$/, '')
  const size = bytes(value).replace(/\.0(?=\D)/, '')
  return value === 0 ? '0' : unit === 'bytes/s' ? `${size}/s` : size
}

/** In seconds after the start; null where more than three samples are missing. */
function points(trend: ResourceTrend, start: Date, seconds: number): [number, number | null][] {
  const result: [number, number | null][] = []
  let last: number | null = null
  trend.timestamps.forEach((timestamp, i) => {
    const at = (Date.parse(timestamp) - start.getTime()) / 1000
    if (last !== null && at - last > 3.5 * trend.intervalSeconds) result.push([(at + last) / 2, null])
    result.push([Math.min(seconds, Math.max(0, at)), trend.values[i]!])
    last = at
  })
  const end = Math.min(seconds, (last ?? 0) + trend.intervalSeconds)
  if (trend.source === 'tasks' && last !== null) result.push([end, trend.values.at(-1)!])
  return result
}
