import { quantile } from '@runspan/analytics'
import type { RunSummary } from '@runspan/model'

import type { RunBucket } from '../charts/runs-buckets.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Returns runs by hour, or by day for more than five days. */
export function runBuckets(runs: readonly RunSummary[]): RunBucket[] {
  if (runs.length === 0) return []
  const times = runs.map(({ startTime }) => Date.parse(startTime))
  const first = Math.min(...times)
  const last = Math.max(...times)
  const step = last - first > 5 * DAY ? DAY : HOUR
  const begin = Math.floor(first / step) * step
  return Array.from({ length: Math.floor((last - begin) / step) + 1 }, (_, i) => {
    const inside = runs.filter((_run, j) => Math.floor((times[j]! - begin) / step) === i)
    const seconds = inside.flatMap(({ status, durationSeconds }) => (status === 'completed' ? [durationSeconds] : []))
    return {
      startTime: new Date(begin + i * step).toISOString(),
      runs: inside.length,
      failed: inside.filter(({ status }) => status === 'failed' || status === 'lost').length,
      p5: quantile(seconds, 0.05),
      p50: quantile(seconds, 0.5),
      p95: quantile(seconds, 0.95),
    }
  })
}
