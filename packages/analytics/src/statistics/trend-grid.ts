/** A measurement over a stretch of time: a level or a rate. Seconds since 1970. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly value: number
}

/** Equal steps of time. */
export interface TrendGrid {
  /** Seconds since 1970. */
  readonly begin: number
  readonly interval: number
  readonly steps: number
}

/** Returns the highest level in each step, of all stretches that overlap it; null without any. */
export function highestLevels(grid: TrendGrid, stretches: readonly Stretch[]): (number | null)[] {
  const values = nothing(grid)
  for (const stretch of stretches)
    for (const { step } of overlaps(grid, stretch)) values[step] = Math.max(values[step] ?? 0, stretch.value)
  return values
}

/**
 * Returns the rate in each step, null without a measurement. Rates of concurrent tasks add up; a sample is the rate of the
 * whole process, tasks included. In steps shorter than a sample, tasks show where in it their use was, and the rest of the
 * sample is spread over the steps without a task. In longer steps the samples answer, and the tasks only where there is no
 * sample.
 */
export function ratesOf(
  grid: TrendGrid,
  { samples, tasks }: { readonly samples: readonly Stretch[]; readonly tasks: readonly Stretch[] },
): (number | null)[] {
  const byTasks = nothing(grid)
  for (const stretch of tasks)
    for (const { step, seconds } of overlaps(grid, stretch))
      byTasks[step] = (byTasks[step] ?? 0) + (stretch.value * seconds) / grid.interval
  const fine = samples.some(({ from, to }) => to - from > grid.interval * 1.5)
  const used = nothing(grid)
  const covered = Array.from({ length: grid.steps }, () => 0)
  for (const sample of samples) {
    const steps = overlaps(grid, sample)
    const free = fine ? steps.filter(({ step }) => byTasks[step] === null) : steps
    const told = fine ? steps.reduce((sum, { step, seconds }) => sum + (byTasks[step] ?? 0) * seconds, 0) : 0
    const whole = steps.reduce((sum, { seconds }) => sum + seconds, 0) * sample.value
    const left = free.reduce((sum, { seconds }) => sum + seconds, 0)
    for (const { step, seconds } of free) {
      used[step] = (used[step] ?? 0) + (Math.max(0, whole - told) * seconds) / left
      covered[step] = covered[step]! + seconds
    }
  }
  return byTasks.map((value, i) => {
    const sampled = covered[i]! > 0 ? used[i]! / covered[i]! : null
    return fine ? (value ?? sampled) : (sampled ?? value)
  })
}

function nothing({ steps }: TrendGrid): (number | null)[] {
  return Array.from({ length: steps }, () => null)
}

/** Returns the steps that a stretch overlaps, and for how long. */
function overlaps({ begin, interval, steps }: TrendGrid, { from, to }: Stretch): { step: number; seconds: number }[] {
  const result = []
  const last = Math.min(steps, Math.ceil((to - begin) / interval))
  for (let step = Math.max(0, Math.floor((from - begin) / interval)); step < last; step++) {
    const start = begin + step * interval
    const seconds = Math.min(to, start + interval) - Math.max(from, start)
    if (seconds > 1e-9) result.push({ step, seconds })
  }
  return result
}
