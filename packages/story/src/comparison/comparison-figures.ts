import { duration } from '../words/durations.ts'
import { bytes, count, decimal } from '../words/numbers.ts'
import type { Comparison } from './comparison.ts'

/** A figure of several runs: its value in each, and its format. */
export interface ComparedFigure {
  readonly label: string
  readonly short: string
  /** One value a run; null if not measured. */
  readonly values: readonly (number | null)[]
  readonly format: (value: number | null) => string
  /** Whether a higher value is worse. */
  readonly moreIsWorse: boolean
}

/** Returns the figures of a comparison's table and radar. */
export function comparedFigures({ runs }: Comparison): ComparedFigure[] {
  const each = (value: (story: Comparison['runs'][number]['story']) => number | null): (number | null)[] =>
    runs.map(({ story }) => value(story))
  const text = (format: (value: number) => string) => (value: number | null) => (value === null ? '–' : format(value))
  return [
    {
      label: 'Duration',
      short: 'Duration',
      values: each(({ run }) => run.durationSeconds),
      format: duration,
      moreIsWorse: true,
    },
    {
      label: 'Waiting on the critical path',
      short: 'Waiting',
      values: each(({ waitSeconds }) => waitSeconds),
      format: duration,
      moreIsWorse: true,
    },
    {
      label: 'Work (sum of tasks)',
      short: 'Work',
      values: each(({ parallelism }) => parallelism.workSeconds),
      format: duration,
      moreIsWorse: true,
    },
    {
      label: 'CPU time',
      short: 'CPU time',
      values: each(({ cpuSeconds }) => cpuSeconds),
      format: duration,
      moreIsWorse: true,
    },
    {
      label: 'Memory peak',
      short: 'Memory peak',
      values: each(({ run }) => {
        const peaks = run.taskList.flatMap(({ metrics }) => metrics.memoryPeakBytes ?? [])
        return peaks.length === 0 ? null : Math.max(...peaks)
      }),
      format: bytes,
      moreIsWorse: true,
    },
    {
      label: 'Tasks at once',
      short: 'Tasks at once',
      values: each(({ parallelism }) => parallelism.average),
      format: text(decimal),
      moreIsWorse: false,
    },
    {
      label: 'Retry attempts',
      short: 'Retry attempts',
      values: each(({ chains }) => chains.reduce((sum, { attempts }) => sum + attempts.length - 1, 0)),
      format: text(count),
      moreIsWorse: true,
    },
  ]
}

/** Ratio below which two runs count as the same. */
export const SAME = 0.02
