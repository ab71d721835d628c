import { counted, GLYPHS, type RunStory } from '@runspan/story'

import { markup, type Markup, NOTHING } from '../html/template.ts'

const MOST = 30
const STEP = 7
const BAR = 6
const HEIGHT = 30
const ROOM = 10

/** Returns the last runs as small bars, this one at the right in full strength; failed ones have a mark. */
export function sparkBars({ run, document: { history } }: RunStory): Markup {
  const earlier = history.filter(
    ({ runId, status }) => runId !== run.runId && status !== 'running' && status !== 'pending',
  )
  const bars = [...earlier.slice(1 - MOST), run]
  if (bars.length < 3) return NOTHING
  const longest = Math.max(...bars.map(({ durationSeconds }) => durationSeconds), 1e-9)
  const failed = bars.filter(({ status }) => status === 'failed').length
  const label = `Durations of the last ${counted(bars.length, 'run')}, this one at the right; ${failed === 0 ? 'none' : failed} of them failed`
  return markup`<figure class="spark"><svg width="${bars.length * STEP}" height="${HEIGHT + ROOM}" role="img" aria-label="${label}">${bars.map(
    (bar, i) => {
      const height = Math.max(1.5, (bar.durationSeconds / longest) * HEIGHT)
      const x = i * STEP
      return markup`<rect class="${bar.status}${bar === run ? ' this' : ''}" x="${x}" y="${(ROOM + HEIGHT - height).toFixed(1)}" width="${BAR}" height="${height.toFixed(1)}"/>${
        bar.status === 'failed'
          ? markup`<text class="failed" x="${x + BAR / 2}" y="${(ROOM + HEIGHT - height - 2).toFixed(1)}" text-anchor="middle">${GLYPHS.failed}</text>`
          : null
      }`
    },
  )}</svg><figcaption>the last ${bars.length} runs, this one at the right</figcaption></figure>`
}
