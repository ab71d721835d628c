import { createHash } from 'node:crypto'

import { visibleLines } from '@runspan/model'
import { timestamp } from '@runspan/story'

import { TOKENS_CSS } from '../theme/tokens.ts'
import { markup, type Markup, raw } from './template.ts'

export interface Page {
  readonly title: string
  /** Kind of document: `run report`. */
  readonly kind: string
  /** Shown at the right of the bar. */
  readonly note: Markup
  readonly body: Markup
  readonly footer: Markup
  readonly css: string
  /** Run after the document is parsed; the document is readable without them. */
  readonly scripts: readonly string[]
  /** Data for the scripts, as JSON. */
  readonly data?: unknown
}

/** Returns a document in one file: it fetches nothing, and the content policy forbids everything but its own parts. */
export function page({ title, kind, note, body, footer, css, scripts, data }: Page): string {
  const style = `${TOKENS_CSS}\n${css}`
  const policy = [
    `default-src 'none'`,
    `style-src '${digest(style)}'`,
    ...(scripts.length === 0 ? [] : [`script-src ${scripts.map((script) => `'${digest(script)}'`).join(' ')}`]),
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="bar"><p class="brand">${MARK}<strong>runspan</strong> · ${kind}</p><p>${note}</p></header>
<main id="main">
${body}
</main>
<footer>${footer}</footer>
${
  data === undefined ? null : markup`<script type="application/json" id="data">${raw(jsonForScript(data))}</script>`
}${scripts.map((script) => markup`<script>${raw(script)}</script>`)}
</body>
</html>
`.text
}

/** The logo: three bars of a waterfall. */
const MARK: Markup = raw(
  '<svg class="mark" viewBox="0 0 22 14" width="22" height="14" aria-hidden="true"><rect x="0" y="0.5" width="11" height="3" rx="1"/><rect class="second" x="6" y="5.5" width="8" height="3" rx="1"/><rect x="11" y="10.5" width="11" height="3" rx="1"/></svg>',
)

/** Returns `made 24 Nov 2026, 14:04:44 UTC`. */
export function madeAt(date: Date): Markup {
  return markup`made ${time(date)}`
}

export function time(date: Date, text: string = timestamp(date)): Markup {
  return markup`<time datetime="${date.toISOString()}">${text}</time>`
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** Returns JSON in which no value can end the element or start a comment; a browser shows the texts unchanged. */
function jsonForScript(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'string' ? visibleLines(inner) : inner,
  ).replaceAll('<', String.raw`\u003c`)
}
