/** Milliseconds between memory samples while a task is measured. */
const SAMPLE_MS = 100
const MOST_PEAKS = 1000

interface Peak {
  readonly atMilliseconds: number
  readonly bytes: number
}

/** Samples that no later one exceeded: the first of them after a moment is the highest since that moment. */
let peaks: Peak[] = []
let timer: NodeJS.Timeout | undefined

/** Samples memory until `isIdle` returns true; does not keep the process alive. */
export function sampleMemory(measure: () => number, isIdle: () => boolean): void {
  timer ??= setInterval(() => {
    if (isIdle()) {
      clearInterval(timer)
      timer = undefined
      peaks = []
    } else addSample(measure())
  }, SAMPLE_MS).unref()
}

function addSample(bytes: number): void {
  while (peaks.length > 0 && peaks.at(-1)!.bytes <= bytes) peaks.pop()
  peaks.push({ atMilliseconds: performance.now(), bytes })
  if (peaks.length > MOST_PEAKS) peaks.shift()
}

/** Returns the highest sample since a moment of `performance.now()`; 0 if there was none. */
export function highestSince(milliseconds: number): number {
  let low = 0
  let high = peaks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (peaks[middle]!.atMilliseconds < milliseconds) low = middle + 1
    else high = middle
  }
  return peaks[low]?.bytes ?? 0
}
