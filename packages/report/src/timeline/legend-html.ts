import type { RunStory } from '@runspan/story'

import { markup, type Markup } from '../html/template.ts'
import type { TimelineRow } from './rows.ts'

/** Returns the meaning of the shapes that are drawn. */
export function timelineLegend({ chains, path }: RunStory, rows: readonly TimelineRow[]): Markup {
  const attempts = chains.flatMap((chain) => chain.attempts)
  const has = (status: string): boolean => attempts.some((attempt) => attempt.status === status)
  const waited = attempts.some(({ queueSeconds, attempt }) => attempt === 1 && queueSeconds > 0.001)
  const item = (shown: boolean, key: string, text: string, mark = ''): Markup | null =>
    shown ? markup`<li><i class="key ${key}">${mark === '' ? null : markup`<b>${mark}</b>`}</i>${text}</li>` : null
  return markup`<ul class="legend" aria-label="Legend">${[
    item(has('completed'), 'completed', 'ran'),
    item(has('failed'), 'failed', 'failed attempt', '✕'),
    item(has('running'), 'running', 'still runs'),
    item(has('cancelled'), 'cancelled', 'cancelled', '⊘'),
    item(has('lost'), 'lost', 'lost', '?'),
    item(waited, 'whisker', 'waited to start'),
    item(path.length > 0, 'path', 'critical path'),
    item(has('skipped'), 'diamond', 'skipped'),
    item(
      rows.some(({ kind }) => kind === 'group'),
      'levels',
      'how many ran at once',
    ),
  ]}</ul>`
}
