import { type Chain, secondsBetween } from '@runspan/analytics'

/** A stretch in which nothing ran, in seconds after the run's start. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** Share of the axis of a cut gap. */
const BREAK = 0.035
/** Minimum share of the axis of a wait that is cut. */
const SHORTEST = 0.04
const MOST = 8

/** Returns the longest stretches in which no task ran, in their order; none unless they are half of the time. */
export function gaps(chains: readonly Chain[], runStart: string, seconds: number): Gap[] {
  const busy = chains
    .flatMap(({ attempts }) => attempts)
    .filter(({ status }) => status !== 'skipped')
    .map((attempt) => {
      const start = secondsBetween(runStart, attempt.startTime)
      return [start, start + (attempt.durationSeconds ?? 0)] as const
    })
    .toSorted((a, b) => a[0] - b[0])
  const found: Gap[] = []
  let end = 0
  for (const [start, stop] of [...busy, [seconds, seconds] as const]) {
    if (start - end > SHORTEST * seconds) found.push({ from: end, to: start })
    end = Math.max(end, stop)
  }
  const longest = found.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MOST)
  const idle = longest.reduce((sum, { from, to }) => sum + to - from, 0)
  return idle > seconds / 2 ? longest.toSorted((a, b) => a.from - b.from) : []
}

/** Returns a function for the position of a moment, 0–1, with gaps cut to breaks of one width. */
export function cutPart(list: readonly Gap[], end: number): (seconds: number) => number {
  const idle = list.reduce((sum, { from, to }) => sum + to - from, 0)
  const scale = (1 - list.length * BREAK) / Math.max(end - idle, 1e-12)
  return (seconds) => {
    let position = 0
    let cursor = 0
    for (const { from, to } of list) {
      if (seconds <= from) break
      position += (from - cursor) * scale + Math.min(1, (seconds - from) / (to - from)) * BREAK
      cursor = Math.min(to, seconds)
    }
    return Math.min(1, position + Math.max(0, seconds - cursor) * scale)
  }
}
