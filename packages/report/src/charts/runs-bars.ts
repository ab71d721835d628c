import type { RunStatus } from '@runspan/model'
import { day, duration, GLYPHS, minute, type Regime } from '@runspan/story'

import { durationAxis, FIXED } from './axes.ts'
import type { ChartOption } from './chart-option.ts'
import { type ChartTheme, labelStyle } from './chart-theme.ts'
import { statusColor } from './marks.ts'

/** A run as a bar. */
export interface RunBar {
  readonly startTime: string
  readonly status: RunStatus
  readonly seconds: number
}

/**
 * Returns one bar a run with the duration as its height, marks over those that did not complete, and the median as a line per
 * regime.
 */
export function runsBars(
  bars: readonly RunBar[],
  regimes: readonly Regime[],
  { narrow }: { readonly narrow: boolean },
  theme: ChartTheme,
): ChartOption {
  const { tokens, fontFamily } = theme
  const highest = Math.max(...bars.map(({ seconds }) => seconds), 1e-6)
  const yAxis = durationAxis(highest * 1.04, theme)
  return {
    grid: { ...FIXED, left: 60, right: 12, top: 30, bottom: 26 },
    xAxis: {
      type: 'category',
      data: bars.map(({ startTime }) => startTime),
      axisLine: { lineStyle: { color: tokens.rule2 } },
      axisTick: { show: false },
      axisLabel: {
        ...labelStyle(theme),
        ...dayLabels(bars, narrow ? 3 : 8),
      },
    },
    yAxis,
    series: [
      {
        type: 'bar',
        barCategoryGap: '22%',
        barMaxWidth: 28,
        emphasis: { disabled: true },
        data: bars.map(({ status, seconds }) => ({
          value: seconds,
          itemStyle: {
            color: statusColor(status, tokens),
            opacity: status === 'completed' ? 0.75 : 1,
            borderRadius: [1, 1, 0, 0],
          },
          label: {
            show: status === 'failed' || status === 'lost' || status === 'cancelled',
            position: 'top',
            distance: 1,
            formatter: status === 'failed' || status === 'lost' || status === 'cancelled' ? GLYPHS[status] : '',
            color: status === 'failed' ? tokens.failedText : status === 'lost' ? tokens.lostText : tokens.cancelledText,
            fontSize: 12,
            fontWeight: 600,
            fontFamily,
          },
        })),
      },
      ...regimes.flatMap((regime) => medianLine(regime, (yAxis as { readonly max: number }).max, narrow, theme)),
    ],
  }
}

/** Returns the median as a line; its label is above all bars. */
function medianLine(
  { first, last, medianSeconds, label, strong }: Regime,
  max: number,
  narrow: boolean,
  theme: ChartTheme,
): object[] {
  const { tokens, fontFamily } = theme
  const line = { type: 'line', silent: true, emphasis: { disabled: true }, z: 5 }
  return [
    {
      ...line,
      showSymbol: false,
      lineStyle: { color: tokens.ink, width: strong ? 2 : 1.5 },
      data: [
        [first, medianSeconds],
        [last, medianSeconds],
      ],
    },
    {
      ...line,
      showSymbol: true,
      symbolSize: 0,
      lineStyle: { opacity: 0 },
      data: [[strong ? last : first, max]],
      label: {
        // a phone has space for one label: the current one
        show: strong || !narrow,
        position: 'top',
        distance: 8,
        align: strong ? 'right' : 'left',
        formatter: label,
        color: strong ? tokens.ink : tokens.ink2,
        fontSize: 12,
        fontWeight: strong ? 600 : 400,
        fontFamily,
      },
    },
  ]
}

/** Returns a label for the start of each day, at most `most`. */
export function dayLabels(
  bars: readonly { readonly startTime: string }[],
  most: number,
): { readonly interval: (index: number) => boolean; readonly formatter: (value: string, index: number) => string } {
  const days = bars.map(({ startTime }) => startTime.slice(0, 10))
  const starts = days.flatMap((value, i) => (i === 0 || days[i - 1] !== value ? [i] : []))
  const every = Math.max(1, Math.ceil(starts.length / most))
  const shown = new Set(starts.filter((_, i) => i % every === 0))
  return {
    interval: (index) => shown.has(index),
    formatter: (value) => day(new Date(value)),
  }
}

/** Returns the tooltip of a bar. */
export function runBarWords({ startTime, status, seconds }: RunBar): string {
  return `${status}, ${duration(seconds)}, ${minute(new Date(startTime))}`
}
