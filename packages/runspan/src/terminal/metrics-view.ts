import type { DailyMetrics, KeyMetrics } from '@runspan/analytics'

import { bytes, change, count, duration, percent } from './numbers.ts'
import { numbers, questionView } from './question-view.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './text.ts'

/** Returns the key metrics of runs by day, oldest first. */
export function dailyMetricsView(rows: readonly DailyMetrics[], terminal: Terminal): string[] {
  const time = (seconds: number | null): string => (seconds === null ? terminal.glyphs.none : duration(seconds))
  const some = (value: number): string => (value === 0 ? '' : count(value))
  return questionView<DailyMetrics>(
    {
      heading: 'Key metrics of runs by day',
      rows,
      columns: [
        { title: 'DAY', text: ({ day }) => day },
        numbers('RUNS', ({ runs }) => count(runs)),
        numbers('FAILED', ({ failed }) => some(failed)),
        numbers('LOST', ({ lost }) => some(lost)),
        numbers('COMPLETED', ({ successRate }) => (successRate === null ? terminal.glyphs.none : percent(successRate))),
        numbers('RUN P50', ({ p50DurationSeconds }) => time(p50DurationSeconds)),
        numbers('RUN P95', ({ p95DurationSeconds }) => time(p95DurationSeconds)),
      ],
      empty: 'No run in this period.',
    },
    terminal,
  )
}

/** Returns the key metrics of one run, a line each. */
export function keyMetricsView(metrics: KeyMetrics, terminal: Terminal): string[] {
  const { usualDurationSeconds: usual, durationRatio: ratio } = metrics
  const orNone = <T>(value: T | null, text: (value: T) => string): string =>
    value === null ? terminal.glyphs.none : text(value)
  const rows: (readonly [string, string])[] = [
    ['status', metrics.status],
    ['duration', duration(metrics.durationSeconds)],
    ['usually', orNone(usual, duration)],
    ['against usual', orNone(ratio, change)],
    ['tasks', `${metrics.tasks.completed} of ${metrics.tasks.total} completed`],
    ['attempts failed', orNone(metrics.failureRate, percent)],
    ['retries', count(metrics.retries)],
    ['CPU', orNone(metrics.cpuSeconds, duration)],
    ['memory peak', orNone(metrics.memoryPeakBytes, bytes)],
    ['disk read', orNone(metrics.diskReadBytes, bytes)],
    ['disk written', orNone(metrics.diskWriteBytes, bytes)],
    ['sent', orNone(metrics.networkSentBytes, bytes)],
    ['received', orNone(metrics.networkReceivedBytes, bytes)],
    ['queued', duration(metrics.queueSeconds)],
  ]
  return questionView<readonly [string, string]>(
    {
      heading: `Key metrics of run ${visible(metrics.runId)} of ${visible(metrics.workflow)}`,
      rows,
      columns: [{ title: 'METRIC', text: ([name]) => name }, numbers('VALUE', ([, value]) => value)],
      empty: '',
    },
    terminal,
  )
}
