import { day } from '@runspan/story'

import { durationAxis, FIXED } from './axes.ts'
import type { ChartOption } from './chart-option.ts'
import { type ChartTheme, labelStyle } from './chart-theme.ts'
import { CHART_MARKS } from './marks.ts'

/** Numbers of the runs of an hour or a day, for too many runs to show one by one. Null if none ended. */
export interface RunBucket {
  readonly startTime: string
  readonly runs: number
  readonly failed: number
  readonly p5: number | null
  readonly p50: number | null
  readonly p95: number | null
}

/**
 * Returns the median with a band from the 5th to the 95th percentile, failures counted above; buckets without runs are a gap.
 */
export function runsBuckets(
  buckets: readonly RunBucket[],
  { narrow }: { readonly narrow: boolean },
  theme: ChartTheme,
): ChartOption {
  const { tokens, fontFamily } = theme
  const highest = Math.max(...buckets.map(({ p95 }) => p95 ?? 0), 1e-6)
  const yAxis = durationAxis(highest * 1.04, theme)
  const { max } = yAxis as { readonly max: number }
  const every = Math.max(1, Math.ceil(buckets.length / (narrow ? 3 : 8)))
  const line = (data: (number | null)[], more: object): object => ({
    type: 'line',
    silent: true,
    showSymbol: false,
    data,
    emphasis: { disabled: true },
    lineStyle: { opacity: 0 },
    ...more,
  })
  return {
    grid: { ...FIXED, left: 60, right: 12, top: 30, bottom: 26 },
    xAxis: {
      type: 'category',
      data: buckets.map(({ startTime }) => startTime),
      axisLine: { lineStyle: { color: tokens.rule2 } },
      axisTick: { show: false },
      axisLabel: {
        ...labelStyle(theme),
        interval: (index: number) => index % every === 0,
        formatter: (value: string) => day(new Date(value)),
      },
    },
    yAxis,
    series: [
      line(
        buckets.map(({ p5 }) => p5),
        { stack: 'band' },
      ),
      line(
        buckets.map(({ p5, p95 }) => (p5 === null || p95 === null ? null : p95 - p5)),
        {
          stack: 'band',
          areaStyle: { color: tokens.completed, opacity: 0.25 },
        },
      ),
      line(
        buckets.map(({ p50 }) => p50),
        { z: 4, lineStyle: { color: tokens.completedText, width: 2 } },
      ),
      {
        type: 'line',
        silent: true,
        symbolSize: 0,
        lineStyle: { opacity: 0 },
        data: buckets.map(({ failed }) => ({
          value: max,
          label: {
            show: failed > 0,
            position: 'top',
            formatter: `${CHART_MARKS.failed}${failed > 1 ? failed : ''}`,
            color: tokens.failedText,
            fontSize: 12,
            fontWeight: 600,
            fontFamily,
          },
        })),
      },
    ],
  }
}
