import { AGAINST_USUAL, engineName, GLYPHS, runFacts, type RunStory, runTitle, visible } from '@runspan/story'

import { time } from '../html/page.ts'
import { factsHtml, proseHtml } from '../html/prose-html.ts'
import { markup, type Markup } from '../html/template.ts'
import { sparkBars } from './spark-bars.ts'

/** Returns what happened, in words, at the top of the document. */
export function verdictHtml(story: RunStory): Markup {
  const { run } = story
  const engine = run.engine === 'runspan' ? null : markup` · recorded from ${visible(engineName(run.engine))}`
  const told = runFacts(story).map((fact) =>
    fact.label === AGAINST_USUAL ? { ...fact, below: sparkBars(story) } : fact,
  )
  return markup`<p class="crumb"><strong>${visible(run.workflow)}</strong> · run <code>${visible(run.runId)}</code> · ${time(new Date(run.startTime))}${engine}</p>
<h1 class="verdict ${run.status}"><span class="disc" aria-hidden="true">${GLYPHS[run.status]}</span><span>${proseHtml(runTitle(story))}</span></h1>
${factsHtml(told)}`
}
