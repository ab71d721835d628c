/* Content of each view without its looks: tags, marks, escapes, colours, columns, and the form of its numbers. */

/** A heading and the labelled sentences below it. */
export interface Said {
  readonly heading: string
  readonly facts: readonly string[]
}

function spaced(text: string): string {
  return text.replaceAll(/[\u202F\u00A0\s]+/g, ' ').trim()
}

/** Returns the text of markup. */
function textOf(html: string): string {
  const text = html
    .replaceAll(/<figure[\s\S]*?<\/figure>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
  return spaced(text)
}

/** Returns the first sentences of an HTML document. */
export function saidInHtml(html: string): Said {
  const h1 = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)![1]!
  const facts = /<dl class="facts">([\s\S]*?)<\/dl>/.exec(html)?.[1] ?? ''
  return {
    heading: textOf(h1.replace(/<span class="disc"[\s\S]*?<\/span>/, '')),
    facts: [...facts.matchAll(/<dd>([\s\S]*?)<\/dd>/g)].map(([, sentences]) => textOf(sentences!)),
  }
}

/** Returns the first sentences of a Markdown document. */
export function saidInMarkdown(markdown: string): Said {
  const [head = '', ...rest] = markdown.split('\n\n')
  const text = (part: string): string => textOf(part.replaceAll(/\*\*|`/g, '').replaceAll(/\\(.)/g, '$1'))
  return {
    heading: text(/^\*\*\S+ (.*?)\*\* · /.exec(head)![1]!),
    facts: rest.flatMap((part) => {
      const sentences = /^\*\*[\w ]+:\*\* (.*)$/s.exec(part)?.[1]
      return sentences === undefined ? [] : [text(sentences)]
    }),
  }
}

const BARS = / [▁▂▃▄▅▆▇]+$/

/**
 * Returns the first sentences of a terminal view of any width: a glyph and a sentence, and sentences next to their labels.
 */
export function saidInTerminal(lines: readonly string[], labels = 16): Said {
  const first = lines.findIndex((line) => /^\S /.test(line))
  const facts = lines
    .slice(first + 1)
    .filter((line) => new RegExp(`^ {2}\\w[\\w ]{0,${labels - 3}} {2,}\\S.*\\.( [▁▂▃▄▅▆▇]+)?$`).test(line))
    .map((line) => longForm(line.slice(2 + labels).replace(BARS, '')))
  return { heading: longForm(lines[first]!.slice(2)), facts }
}

/** Returns `4m02s` as `4 min 2 s` and `55%` as `55 %`. */
export function longForm(text: string): string {
  const rest = (amount: string, unit: string): string => (Number(amount) === 0 ? '' : ` ${amount} ${unit}`)
  return spaced(
    text
      .replaceAll(/\b(\d+)d(\d+)h\b/g, (_, days: string, hours: string) => `${days} d${rest(hours, 'h')}`)
      .replaceAll(/\b(\d+)h(\d\d)m\b/g, (_, hours: string, minutes: string) => `${hours} h${rest(minutes, 'min')}`)
      .replaceAll(
        /\b(\d+)m(\d\d)s\b/g,
        (_, minutes: string, seconds: string) => `${minutes} min${rest(String(Number(seconds)), 's')}`,
      )
      .replaceAll(/(\d)(µs|ms|s)\b/g, '$1 $2')
      .replaceAll(/(\d)%/g, '$1 %'),
  )
}

/**
 * Returns a heading and a sentence with a name in the same form: `nightly-orders was cancelled after 4 s` and `Cancelled
 * after 4 s`.
 */
export function clauseOf(sentence: string, subject = ''): string {
  const clause = sentence.startsWith(subject)
    ? sentence.slice(subject.length).trim()
    : `not about ${subject}: ${sentence}`
  return clause.replace(/^(?:is|was) /, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase())
}
