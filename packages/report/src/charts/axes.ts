import { stepFor, tickLabel } from '../timeline/axis.ts'
import { type ChartTheme, labelStyle } from './chart-theme.ts'

/** A grid keeps its place, whatever the length of its labels, so that charts below each other share their edges. */
export const FIXED = { outerBoundsMode: 'none' } as const

/** Returns a time axis in seconds after the start: round steps, none past the end, a line at the end. */
export function timeAxis(seconds: number, most: number, theme: ChartTheme): object {
  const step = stepFor(seconds, most)
  return {
    type: 'value',
    min: 0,
    max: seconds,
    interval: step,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      ...labelStyle(theme),
      margin: 8,
      hideOverlap: true,
      formatter: (value: number) => (isMultiple(value, step) ? tickLabel(value) : ''),
    },
    splitLine: { lineStyle: { color: theme.tokens.rule, width: 1 } },
  }
}

function isMultiple(value: number, step: number): boolean {
  return Math.abs(value / step - Math.round(value / step)) < 1e-6
}

/** Returns a value axis from 0 to a round number, with a given number of intervals and the unit on every label. */
export function valueAxis(
  highest: number,
  format: (value: number) => string,
  theme: ChartTheme,
  intervals = 2,
): object {
  const max = roundUp(highest, intervals)
  return {
    type: 'value',
    min: 0,
    max,
    interval: max / intervals,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...labelStyle(theme), margin: 8, formatter: format },
    splitLine: { lineStyle: { color: theme.tokens.rule, width: 1 } },
  }
}

const ROUND = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]

/** Returns the next round number that divides into the intervals. */
export function roundUp(value: number, intervals = 2): number {
  if (!(value > 0)) return intervals
  const share = value / intervals
  const unit = 10 ** Math.floor(Math.log10(share))
  return (ROUND.find((round) => round * unit >= share * 0.999) ?? 10) * unit * intervals
}

/** Returns an axis of durations from 0: at most five round steps of seconds, minutes or hours. */
export function durationAxis(highest: number, theme: ChartTheme): object {
  const value = Math.max(highest, 1e-6)
  const interval = stepFor(value, 5)
  return {
    type: 'value',
    min: 0,
    max: Math.ceil(value / interval - 1e-9) * interval,
    interval,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...labelStyle(theme), formatter: tickLabel },
    splitLine: { lineStyle: { color: theme.tokens.rule } },
  }
}
