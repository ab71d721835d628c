import { oneLine } from '@runspan/story'

const MOST_SUBJECT = 200
const MOST_DETAIL = 1000

/** Parts of a Slack message. */
export interface SlackParts {
  /** Subject, in bold. */
  readonly subject: string
  readonly words: string
  readonly detail: string | null
  /** Ids, in small print below. */
  readonly context: readonly string[]
}

/**
 * Returns a message for a Slack incoming webhook, `{ text, blocks }`; nothing in it can mention people or make links.
 */
export function slackBody({ subject, words, detail, context }: SlackParts): string {
  // an asterisk inside would end the bold
  const who = escaped(oneLine(subject.replaceAll('*', '∗'), MOST_SUBJECT)) || '–'
  const text = `*${who}* ${escaped(oneLine(words, MOST_DETAIL))}${detail === null ? '' : `: ${escaped(oneLine(detail, MOST_DETAIL))}`}`
  const small = context.map((part) => ({ type: 'mrkdwn', text: escaped(oneLine(part, MOST_SUBJECT)) || '–' }))
  return JSON.stringify({
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      ...(small.length === 0 ? [] : [{ type: 'context', elements: small.slice(0, 10) }]),
    ],
  })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
