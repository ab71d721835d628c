import type { RunDocument } from '@runspan/analytics'

import { comparisonRadar, radarEnd } from '../charts/comparison-radar.ts'
import type { Picture } from '../pictures/picture.ts'
import { shortRunId } from '../words/names.ts'
import { comparedFigures } from './comparison-figures.ts'
import { comparisonTitle } from './comparison-verdict.ts'
import { comparison } from './comparison.ts'
import { radarData } from './radar-data.ts'

/** Runs as a radar, the completed ones relative to the first of them, with the numbers beside it. Throws `ReportError` `INVALID_RUNS`. */
export function comparisonPicture(documents: readonly RunDocument[]): Picture {
  const data = comparison(documents)
  const { axes, runs } = radarData(data)
  const ids = data.runs.map(({ letter, story }) => `${letter} ${shortRunId(story.run.runId)}`).join(', ')
  return {
    title: comparisonTitle(data),
    note:
      runs.length === 0
        ? ids
        : `${ids}; relative to ${runs[0]!.letter}, the dashed outline; the outer ring is ${radarEnd(runs)} × ${runs[0]!.letter}`,
    size: { width: 520, height: 380 },
    table: [
      ['Figure', ...data.runs.map(({ letter }) => letter)],
      ['Status', ...data.runs.map(({ story }) => story.run.status)],
      ...comparedFigures(data).map(({ label, values, format }) => [label, ...values.map(format)]),
    ],
    option: (theme) => (axes.length < 3 ? {} : comparisonRadar(axes, runs, theme)),
  }
}
