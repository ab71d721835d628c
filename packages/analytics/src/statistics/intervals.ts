/** A stretch of time, `from` to `to`, in any unit. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** Returns stretches in order, with those that touch or overlap joined; empty ones are dropped. */
export function union(intervals: readonly Interval[]): Interval[] {
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of intervals.filter((part) => part.to > part.from).toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  return joined
}

/** Returns the total length, overlaps counted once. */
export function covered(intervals: readonly Interval[]): number {
  return union(intervals).reduce((sum, { from, to }) => sum + to - from, 0)
}

/** Returns the maximum at the same time; one that ends when another starts does not overlap it. */
export function mostAtOnce(intervals: readonly Interval[]): number {
  const changes = intervals
    .filter(({ from, to }) => to > from)
    .flatMap(({ from, to }) => [
      { at: from, by: 1 },
      { at: to, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by)
  let [now, most] = [0, 0]
  for (const { by } of changes) {
    now += by
    most = Math.max(most, now)
  }
  return most
}
