import { comparedFigures, type Comparison } from '@runspan/story'

import type { RadarRun } from '../charts/comparison-radar.ts'

/** The figures that every completed run has and the first of them has more than nothing of, relative to that; nothing where fewer than two completed. */
export function radarData(data: Comparison): { readonly axes: string[]; readonly runs: RadarRun[] } {
  const { compared } = data
  if (compared === null) return { axes: [], runs: [] }
  const completed = data.runs.flatMap(({ letter, story }, i) =>
    story.run.status === 'completed' ? [{ letter, i }] : [],
  )
  const figures = comparedFigures(data).filter(
    ({ values }) => completed.every(({ i }) => values[i] !== null) && values[compared.first]! > 0,
  )
  return {
    axes: figures.map(({ short }) => short),
    runs: completed.map(({ letter, i }) => ({
      letter,
      values: figures.map(({ values }) => values[i]! / values[compared.first]!),
    })),
  }
}
