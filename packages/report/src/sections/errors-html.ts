import {
  afterStart,
  counted,
  day,
  type ErrorKind,
  errorKinds,
  names,
  type RunStory,
  shortText,
  stackLines,
  visible,
} from '@runspan/story'

import { proseHtml } from '../html/prose-html.ts'
import { markup, type Markup } from '../html/template.ts'
import { OWN_PACKAGES } from '../own-packages.ts'
import { section } from './section.ts'

const MOST_KINDS = 50
const MESSAGE_CHARACTERS = 600

/** Returns errors by kind: those that permanently failed a task first, recovered ones last. Null without errors. */
export function errorsHtml(story: RunStory): Markup | null {
  const kinds = errorKinds(story)
  if (kinds.length === 0) return null
  const attempts = kinds.reduce((sum, kind) => sum + kind.attempts.length, 0)
  const hidden = kinds.length - MOST_KINDS
  return section(
    'errors',
    'Errors',
    `${counted(kinds.length, 'kind')} of error in ${counted(attempts, 'attempt')}.`,
    markup`${kinds.slice(0, MOST_KINDS).map((kind, i) => kindHtml(kind, i === 0 && !kind.recovered))}${
      hidden > 0
        ? markup`<p class="lead">${counted(hidden, 'more kind')} of error: <code>runspan tasks ${story.run.runId}</code> lists all.</p>`
        : null
    }`,
  )
}

function kindHtml(kind: ErrorKind, open: boolean): Markup {
  const { attempts, nodes, recovered, first, last, seen, stack } = kind
  const when = attempts.length === 1 ? `at ${afterStart(first)}` : `${afterStart(first)} to ${afterStart(last)}`
  const often =
    seen === null || seen.ofRuns < 2
      ? null
      : markup` · seen in ${seen.runs} of the last ${counted(seen.ofRuns, 'run')}${seen.firstSeen === null || seen.runs < 2 ? null : `, first on ${day(seen.firstSeen)}`}`
  return markup`<article class="error${recovered ? ' recovered' : ''}"><h3>${visible(kind.type)}${recovered ? markup` <span class="quiet">· recovered on retry</span>` : null}</h3>
<p class="message">${shortText(kind.message || 'no message', MESSAGE_CHARACTERS)}</p>
<p class="where">${proseHtml(names(nodes, 4))} · ${counted(attempts.length, 'attempt')}, ${when}${often}</p>
${stack === null ? markup`<p class="where">No stack was recorded.</p>` : stackHtml(stack, open)}</article>`
}

function stackHtml(stack: string, open: boolean): Markup {
  const { lines, own, frames } = stackLines(stack, OWN_PACKAGES)
  const frameWords =
    frames === 0
      ? 'Stack'
      : own === 0
        ? `Stack, ${counted(frames, 'frame')}, none your own`
        : `Stack, ${counted(own, 'own frame')} of ${frames}`
  return markup`<details${open ? markup` open` : null}><summary>${frameWords}</summary><pre class="stack" tabindex="0">${lines.map(
    ({ kind, text }, i) => {
      const shown = visible(text)
      const line =
        kind === 'folded'
          ? markup`<span class="quiet">${shown}</span>`
          : kind === 'own' || i === 0
            ? markup`<b>${shown}</b>`
            : markup`${shown}`
      return markup`${line}${'\n'}`
    },
  )}</pre></details>`
}
