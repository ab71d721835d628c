import type { RadarRun } from '../charts/comparison-radar.ts'
import { comparedFigures } from './comparison-figures.ts'
import type { Comparison } from './comparison.ts'

/** The figures that every run has and the first has more than nothing of, relative to the first. */
export function radarData(data: Comparison): { readonly axes: string[]; readonly runs: RadarRun[] } {
  const figures = comparedFigures(data).filter(
    ({ values }) => values.every((value) => value !== null) && values[0]! > 0,
  )
  return {
    axes: figures.map(({ short }) => short),
    runs: data.runs.map(({ letter }, i) => ({ letter, values: figures.map(({ values }) => values[i]! / values[0]!) })),
  }
}
