/*
 * Escapes text from outside before it is shown: names, messages and values come from other people. Terminals and browsers
 * obey these characters, or hide what stands next to them.
 */

/**
 * Control characters (Cc), format characters such as direction marks (Cf), line and paragraph separators, and Unicode's
 * ignorable characters: zero-width spaces, variation selectors, tag characters, fillers.
 */
const HIDDEN = String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`

/** One pictograph with its variation selector or skin tone. */
const PICTOGRAPH = String.raw`\p{Extended_Pictographic}(?:[\uFE0E\uFE0F]|\p{Emoji_Modifier})?`
/** Scripts whose spelling needs joiners and non-joiners between letters: Persian, Hindi and their relatives. */
const JOINING = `[${[
  'Arabic',
  'Syriac',
  'Mongolian',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Khmer',
  'Myanmar',
]
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('')}]`
/**
 * Hidden characters that are kept because they change what is drawn. Within emoji: families, flags, keycaps, and the tag
 * characters of the three flags that Unicode recommends. Between letters: joiners of joining scripts.
 */
const KEPT = [
  String.raw`${PICTOGRAPH}(?:\u200D${PICTOGRAPH})+`,
  String.raw`\p{RGI_Emoji}`,
  PICTOGRAPH,
  String.raw`(?<=${JOINING})[\u200C\u200D](?=${JOINING})`,
].join('|')

const ANY_HIDDEN = new RegExp(HIDDEN, 'v')
const HIDDEN_RUNS = new RegExp(`${HIDDEN}+`, 'gv')
/** Hidden characters that `KEPT` may keep: joiners, variation selectors, tag characters. */
const MAY_STAY = /\u200C|\u200D|\uFE0E|\uFE0F|[\u{E0020}-\u{E007F}]/u
/** Compiled on first use: the sequences of all emoji take 80 ms of CPU, and line ends alone do not need them. */
let runs: RegExp | undefined

/** Returns a text with each run of hidden characters replaced. */
export function replaceHidden(text: string, replace: (hidden: string) => string): string {
  if (!ANY_HIDDEN.test(text)) return text
  if (!MAY_STAY.test(text)) return text.replaceAll(HIDDEN_RUNS, replace)
  runs ??= new RegExp(`${KEPT}|(?<hidden>${HIDDEN}+)`, 'gv')
  return text.replaceAll(runs, (match: string, ...rest: unknown[]) => {
    const { hidden } = rest.at(-1) as { hidden?: string }
    return hidden === undefined ? match : replace(hidden)
  })
}

/** Returns a text on one line, with hidden characters as readable escapes: `\n`, `\x1b`, `\u202e`, `\u{e0041}`. */
export function visible(text: string): string {
  return replaceHidden(text, (hidden) => [...hidden].map(escaped).join(''))
}

/** Same as `visible` for text of several lines: keeps line ends and tabs. */
export function visibleLines(text: string): string {
  return replaceHidden(text, (hidden) =>
    hidden.replaceAll(/\r\n|[^\n\t]/gu, (part) => (part === '\r\n' ? part : escaped(part))),
  )
}

/** Returns the same JSON document with hidden characters in its strings as `\u` escapes. */
export function visibleJson(json: string): string {
  return replaceHidden(json, (hidden) =>
    hidden.replaceAll(/[^\n\t\r]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }

function escaped(character: string): string {
  const code = character.codePointAt(0)!
  if (code > 0xffff) return `\\u{${code.toString(16)}}`
  const digits = code.toString(16)
  return NAMED[character] ?? (code < 256 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`)
}
