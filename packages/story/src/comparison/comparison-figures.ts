import { duration } from '../words/durations.ts'
import { bytes, count, decimal } from '../words/numbers.ts'
import type { Comparison } from './comparison.ts'

/** A figure of several runs: what it was in each, and how it is written. */
export interface ComparedFigure {
  readonly label: string
  readonly short: string
  /** One a run; null where not measured. */
  readonly values: readonly (number | null)[]
  readonly format: (value: number | null) => string
  /** Whether more of it is worse. */
  readonly moreIsWorse: boolean
}

/** The figures that a comparison has in its table and on its radar. */
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

/** Below this a difference between two runs is the same. */
export const SAME = 0.02
