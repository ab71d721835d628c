import type { ResourceTrend } from '@runspan/analytics'
import { bytes, decimal } from '@runspan/story'

import { FIXED, timeAxis, valueAxis } from './axes.ts'
import type { ChartOption } from './chart-option.ts'
import type { ChartTheme } from './chart-theme.ts'

/** Returns the use of one resource over the time of a run, as an area from 0; missing samples are a gap. */
export function resourceLines(
  trend: ResourceTrend,
  { start, seconds, narrow }: { readonly start: Date; readonly seconds: number; readonly narrow: boolean },
  theme: ChartTheme,
): ChartOption {
  const { tokens } = theme
  const color = trend.metric === 'memory' ? tokens.cancelled : tokens.running
  const peak = peakOf(trend)
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
        step: isStepped(trend) ? 'end' : false,
        sampling: 'lttb',
        lineStyle: { color, width: 1.5 },
        areaStyle: { color, opacity: 0.15 },
      },
    ],
  }
}

/** Returns a value with its unit: `4.2 cores`, `8.9 GB`, `1.2 MB/s`. */
export function shownValue({ unit }: Pick<ResourceTrend, 'unit'>, value: number): string {
  if (unit === 'cores') return value === 0 ? '0' : decimal(value).replace(/\.0$/, '')
  const size = bytes(value).replace(/\.0(?=\D)/, '')
  return value === 0 ? '0' : unit === 'bytes/s' ? `${size}/s` : size
}

/** Returns the highest value; 0 without values. */
export function peakOf({ values }: Pick<ResourceTrend, 'values'>): number {
  return values.reduce<number>((peak, value) => Math.max(peak, value ?? 0), 0)
}

/** Returns whether values are steps: a task's measurement applies to its whole time, samples are points. */
function isStepped({ source }: ResourceTrend): boolean {
  return source !== 'host metrics'
}

/**
 * Returns points in seconds after the start; null without a measurement, where the previous value applies to the end of its
 * step.
 */
function points(trend: ResourceTrend, start: Date, seconds: number): [number, number | null][] {
  const result: [number, number | null][] = []
  let last: number | null = null
  trend.timestamps.forEach((timestamp, i) => {
    const at = Math.min(seconds, Math.max(0, (Date.parse(timestamp) - start.getTime()) / 1000))
    const value = trend.values[i] ?? null
    if (value === null && last !== null) result.push([at, last])
    result.push([at, value])
    last = value
  })
  const end = Date.parse(trend.timestamps.at(-1) ?? '') / 1000 - start.getTime() / 1000 + trend.intervalSeconds
  if (last !== null && isStepped(trend)) result.push([Math.min(seconds, end), last])
  return result
}
