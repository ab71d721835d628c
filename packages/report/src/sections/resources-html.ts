import type { ResourceTrend } from '@runspan/analytics'
import { duration, type RunStory } from '@runspan/story'

import { chartFigure } from '../charts/figure.ts'
import { peakOf, resourceLines, shownValue } from '../charts/resource-lines.ts'
import { atOnce, tasksAtOnce } from '../charts/tasks-at-once.ts'
import { markup, type Markup } from '../html/template.ts'
import { axisOf } from '../timeline/timeline-html.ts'
import { emptyNote, section } from './section.ts'

const TITLES = { cpu: 'CPU', memory: 'Memory', disk: 'Disk', network: 'Network' } as const
const HEIGHT = 92

const SPREAD = 'CPU, disk and network are spread evenly over the time a task ran'
const SOURCES: Readonly<Record<ResourceTrend['source'], (step: string) => string>> = {
  tasks: (step) =>
    `From what each task measured, in steps of ${step}; ${SPREAD}. Where no task ran nothing was measured.`,
  both: (step) =>
    `Samples of the process and what each task measured, in steps of ${step}; ${SPREAD}. Gaps were not measured.`,
  'host metrics': (step) => `Samples of the process, in steps of ${step}. Gaps were not measured.`,
  none: () => '',
}

/** Returns the resources over the time of the run, on the timeline's own axis. */
export function resourcesHtml(story: RunStory): Markup {
  const { run, document } = story
  const trends = document.trends.filter(
    ({ values, metric }) => values.length > 0 && (metric === 'cpu' || metric === 'memory' || peakOf({ values }) > 0),
  )
  if (trends.length === 0) return section('resources', 'Resources', null, nothing(story))
  const [first] = trends
  const step = duration(first!.intervalSeconds).replace(/\.0(?=\D)/, '')
  const source =
    SOURCES[first!.source](step) +
    (first!.shared ? ' Tasks of other runs ran in the process meanwhile: their use is in it.' : '')
  return section(
    'resources',
    'Resources',
    'What the process used while the tasks ran.',
    markup`${trends.map((trend) => resource(trend, story))}${running(story)}
<p class="lead">The time axis is that of the timeline. ${source} 1 MB is 10⁶ bytes.</p>
${table(trends, run.durationSeconds)}`,
  )
}

function resource(trend: ResourceTrend, story: RunStory): Markup {
  const peak = peakOf(trend)
  const words = `peak ${shownValue(trend, peak)}${trend.unit === 'cores' ? ' cores' : ''}`
  const title = TITLES[trend.metric]
  const seconds = axisOf(story) * 1.012
  const chart = chartFigure(
    ({ narrow }, theme) => resourceLines(trend, { start: new Date(story.run.startTime), seconds, narrow }, theme),
    { id: trend.metric, label: `${title} over the run, ${words}`, height: HEIGHT },
  )
  return markup`<div class="resource"><h3>${title}<small>${words}</small></h3>${chart}</div>`
}

function running(story: RunStory): Markup {
  const data = atOnce(story.chains, story.run.startTime)
  const waiting = data.peakWaiting > 0 ? `, grey: waiting, peak ${data.peakWaiting}` : ''
  const chart = chartFigure(
    ({ narrow }, theme) => tasksAtOnce(data, { seconds: axisOf(story) * 1.012, narrow }, theme),
    { id: 'running', label: `Tasks running at once, peak ${data.peakRunning}${waiting}`, height: HEIGHT + 20 },
  )
  return markup`<div class="resource"><h3>Tasks running<small>peak ${data.peakRunning}${waiting}</small></h3>${chart}</div>`
}

/** Returns a coarse table of the charts' numbers, for readers who cannot see them. */
function table(trends: readonly ResourceTrend[], seconds: number): Markup {
  const parts = 10
  const at = (trend: ResourceTrend, i: number): number | null => {
    const start = Date.parse(trend.timestamps[0]!)
    const inside = trend.values.flatMap((value, j) => {
      const after = (Date.parse(trend.timestamps[j]!) - start) / 1000
      const isInside = after >= (i * seconds) / parts && after < ((i + 1) * seconds) / parts
      return isInside && value !== null ? [value] : []
    })
    return inside.length === 0 ? null : Math.max(...inside)
  }
  return markup`<details class="numbers"><summary>The highest values in numbers, by tenth of the run</summary><div class="scroll" tabindex="0" role="region" aria-label="Resources in numbers"><table>
<thead><tr><th scope="col">From</th>${trends.map(({ metric, unit }) => markup`<th scope="col">${TITLES[metric]}${unit === 'cores' ? ' (cores)' : null}</th>`)}</tr></thead>
<tbody>${Array.from(
    { length: parts },
    (_, i) =>
      markup`<tr><th scope="row">${duration((i * seconds) / parts)}</th>${trends.map((trend) => {
        const value = at(trend, i)
        return markup`<td>${value === null ? '–' : shownValue(trend, value)}</td>`
      })}</tr>`,
  )}</tbody></table></div></details>`
}

function nothing({ run }: RunStory): Markup {
  const foreign = run.engine !== 'runspan'
  return emptyNote(
    'No resource metrics were recorded for this run.',
    markup`${foreign ? 'The spans of this engine carry none. ' : null}To have them, run the tasks under <code>runspan exec</code>, or send host metrics to the same ClickHouse.`,
  )
}
