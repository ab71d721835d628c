import type { Json } from '@runspan/model'
import { engineName, type RunStory, shortText, visible } from '@runspan/story'

import { markup, type Markup } from '../html/template.ts'
import { section } from './section.ts'

const MOST_METADATA = 100
const VALUE_CHARACTERS = 500

/** Returns the other properties of the run. */
export function aboutHtml({ run }: RunStory): Markup {
  const code = (text: string): Markup => markup`<code>${visible(text)}</code>`
  const entries = Object.entries(run.metadata)
  const rows: [string, Markup | string | null][] = [
    ['Run', code(run.runId)],
    ['Trace', run.traceId === '' ? null : code(run.traceId)],
    ['Engine', run.engine === 'runspan' ? null : markup`${visible(engineName(run.engine))}, rule ${code(run.engine)}`],
    ['Parent run', run.parentRunId === null ? null : code(run.parentRunId)],
    ['Retry of', run.retryOf === null ? null : code(run.retryOf)],
    ['Trigger', run.trigger === null ? null : visible(run.trigger)],
    ['Version', run.version === null ? null : code(run.version)],
    ['Service', run.service === null ? null : code(run.service)],
    ['Tags', run.tags.length === 0 ? null : run.tags.map(visible).join(', ')],
    [
      'Dependencies',
      run.criticalPathMethod === 'time' && run.taskList.length > 0
        ? 'not in the spans; the critical path follows time'
        : null,
    ],
    ...entries
      .slice(0, MOST_METADATA)
      .map(([key, value]): [string, Markup] => [
        visible(key),
        markup`${shortText(shownJson(value), VALUE_CHARACTERS)}`,
      ]),
    ['More', entries.length > MOST_METADATA ? `${entries.length - MOST_METADATA} more entries of metadata` : null],
  ]
  return section(
    'about',
    'About this run',
    null,
    markup`<dl class="about">${rows.flatMap(([label, value]) =>
      value === null ? [] : [markup`<div><dt title="${label}">${shortText(label, 60)}</dt><dd>${value}</dd></div>`],
    )}</dl>`,
  )
}

function shownJson(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
