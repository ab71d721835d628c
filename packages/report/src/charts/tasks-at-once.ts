import { type Chain, secondsBetween } from '@runspan/analytics'
import { count } from '@runspan/story'

import { FIXED, timeAxis, valueAxis } from './axes.ts'
import type { ChartOption } from './chart-option.ts'
import type { ChartTheme } from './chart-theme.ts'

type Steps = readonly (readonly [number, number])[]

export interface AtOnce {
  readonly running: Steps
  readonly waiting: Steps
  readonly peakRunning: number
  readonly peakWaiting: number
}

/** Returns how many tasks ran, and how many waited to start, as steps in seconds after the run's start. */
export function atOnce(chains: readonly Chain[], runStart: string): AtOnce {
  const attempts = chains.flatMap((chain) => chain.attempts).filter(({ status }) => status !== 'skipped')
  const intervals = attempts.map((attempt) => {
    const start = secondsBetween(runStart, attempt.startTime)
    const waited = attempt.attempt > 1 ? 0 : attempt.queueSeconds
    return { queued: Math.max(0, start - waited), start, end: start + (attempt.durationSeconds ?? 0) }
  })
  const running = steps(intervals.map(({ start, end }) => [start, end]))
  const waiting = steps(intervals.map(({ queued, start }) => [queued, start]))
  return { running, waiting, peakRunning: peakOf(running), peakWaiting: peakOf(waiting) }
}

function steps(intervals: readonly (readonly [number, number])[]): [number, number][] {
  const changes = intervals
    .filter(([from, to]) => to > from)
    .flatMap(([from, to]) => [
      [from, 1],
      [to, -1],
    ])
    .toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!) as [number, number][]
  const result: [number, number][] = [[0, 0]]
  let level = 0
  for (const [at, by] of changes) {
    level += by
    if (result.at(-1)![0] === at) result[result.length - 1] = [at, level]
    else result.push([at, level])
  }
  return result
}

function peakOf(list: Steps): number {
  return list.reduce((most, [, level]) => Math.max(most, level), 0)
}

/** Returns the running tasks (solid) and waiting tasks (behind, grey) over the time of a run. */
export function tasksAtOnce(
  data: AtOnce,
  { seconds, narrow }: { readonly seconds: number; readonly narrow: boolean },
  theme: ChartTheme,
): ChartOption {
  const { tokens } = theme
  const series = (list: Steps, color: string, opacity: number): object => ({
    type: 'line',
    step: 'end',
    showSymbol: false,
    silent: true,
    data: [...list, [seconds, list.at(-1)?.[1] ?? 0]],
    lineStyle: { color, width: 1 },
    areaStyle: { color, opacity },
  })
  return {
    grid: narrow
      ? { ...FIXED, left: 60, right: 8, top: 8, bottom: 24 }
      : { ...FIXED, left: 88, right: 84, top: 8, bottom: 24 },
    xAxis: timeAxis(seconds, narrow ? 3 : 8, theme),
    yAxis: valueAxis(
      Math.max(data.peakRunning, data.peakWaiting, 2),
      (value) => (Number.isInteger(value) ? count(value) : ''),
      theme,
    ),
    series: [
      ...(data.peakWaiting > 0 ? [series(data.waiting, tokens.wait, 0.16)] : []),
      series(data.running, tokens.completed, 0.45),
    ],
  }
}
