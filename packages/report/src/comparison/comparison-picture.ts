import type { RunDocument } from '@runspan/analytics'
import { comparedFigures, comparisonTitle, plain, shortId, shortName } from '@runspan/story'

import { comparisonRadar, radarEnd } from '../charts/comparison-radar.ts'
import type { Picture } from '../pictures/picture.ts'
import { comparedDocuments } from './compared-documents.ts'
import { radarData } from './radar-data.ts'

/**
 * Returns runs as a radar, the completed ones relative to the first of them, with a table of numbers. Throws `ReportError`
 * `INVALID_RUNS`.
 */
export function comparisonPicture(documents: readonly RunDocument[]): Picture {
  const data = comparedDocuments(documents)
  const { axes, runs } = radarData(data)
  const list = data.runs.map(({ run }) => run.runId)
  const ids = data.runs.map(({ letter, run }) => `${letter} ${shortName(shortId(run.runId, list), 32)}`).join(', ')
  return {
    title: plain(comparisonTitle(data.runs)),
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
