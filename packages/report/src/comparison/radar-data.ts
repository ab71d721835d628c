import { comparedFigures, type Comparison } from '@runspan/story'

import type { RadarRun } from '../charts/comparison-radar.ts'

/**
 * Returns the figures that every completed run has, relative to the first of them, without those that are 0 there; empty with
 * fewer than two completed runs.
 */
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
