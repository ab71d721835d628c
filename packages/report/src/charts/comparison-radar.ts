import type { ChartOption } from './chart-option.ts'
import { type ChartTheme, labelStyle } from './chart-theme.ts'

/** One run on the radar: each axis relative to the first run, which is 1 on all. */
export interface RadarRun {
  readonly letter: string
  readonly values: readonly number[]
}

/**
 * Returns a radar of runs relative to the first, a dashed outline at 1.0; outwards is more. The axis ends at 1.5, or at the
 * highest value.
 */
export function comparisonRadar(axes: readonly string[], runs: readonly RadarRun[], theme: ChartTheme): ChartOption {
  const { tokens } = theme
  const outer = radarEnd(runs)
  const colors = [tokens.ink2, tokens.running, tokens.cancelled, tokens.lost, tokens.completed]
  return {
    radar: {
      indicator: axes.map((name) => ({ name, max: outer })),
      radius: '66%',
      center: ['50%', '52%'],
      splitNumber: 3,
      axisName: { ...labelStyle(theme), color: tokens.ink2 },
      axisNameGap: 10,
      splitLine: { lineStyle: { color: tokens.rule } },
      splitArea: { show: false },
      axisLine: { lineStyle: { color: tokens.rule } },
    },
    series: [
      {
        type: 'radar',
        silent: true,
        emphasis: { disabled: true },
        data: runs.map(({ letter, values }, i) => ({
          name: letter,
          value: values.map((value) => Math.min(value, outer)),
          symbol: i === 0 ? 'none' : 'circle',
          symbolSize: 4,
          itemStyle: { color: colors[i % colors.length] },
          lineStyle: { color: colors[i % colors.length], width: 1.5, type: i === 0 ? 'dashed' : 'solid' },
          areaStyle: { color: colors[i % colors.length], opacity: i === 0 ? 0 : runs.length > 2 ? 0.06 : 0.12 },
        })),
      },
    ],
  }
}

/** Returns the end of the radar: at least 1.5 times the first run, at most 4 times. */
export function radarEnd(runs: readonly RadarRun[]): number {
  const furthest = Math.max(...runs.flatMap(({ values }) => values), 1)
  return Math.min(4, Math.max(1.5, Math.ceil(furthest * 2) / 2))
}
