import { argumentText, optionName, type Options, optionText, type Verb } from './define-verb.ts'
import { CSV, DATA, JSON_OPTION, RANGE, TIME_ZONE } from './options.ts'
import { VERBS } from './verbs/index.ts'

/** Options of many verbs: the reference describes them once, and each verb lists their names. */
const SHARED: Options = { ...JSON_OPTION, ...DATA, ...CSV, ...RANGE, ...TIME_ZONE }

/** Markers around the reference in `docs/command-line.md`. */
const BETWEEN_MARKERS = /(?<=<!-- verbs -->\n)[^]*(?=<!-- \/verbs -->)/

/** Returns a Markdown page with the text between its markers replaced by the reference of all verbs. */
export function withVerbReference(page: string): string {
  const lines = [
    '### Options of many verbs',
    '',
    ...table(Object.keys(SHARED).map((key) => optionRow(key, SHARED))),
    ...VERBS.flatMap((verb) => verbLines(verb, 'runspan')),
  ]
  return page.replace(BETWEEN_MARKERS, () => `\n${lines.join('\n')}\n`)
}

/** Returns the section of a verb and of its inner verbs. */
function verbLines(verb: Verb, parent: string): string[] {
  const { summary, notes, examples, options } = verb
  const command = `${parent} ${verb.name}`
  const keys = Object.keys(options)
  const shared = keys.filter((key) => SHARED[key] === options[key])
  const own = keys.filter((key) => !shared.includes(key))
  const names = shared.map((key) => `\`${optionName(key, options[key]!)}\``)
  return [
    `### \`${command} ${verb.usage}\``,
    '',
    markdown(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    '',
    ...table([
      ...Object.keys(verb.arguments).map((key) => argumentRow(key, verb)),
      ...own.map((key) => optionRow(key, options)),
    ]),
    ...(names.length === 0 ? [] : [`Of the options of many verbs: ${names.join(', ')}.`, '']),
    ...(notes === undefined ? [] : [markdown(notes), '']),
    '```sh',
    ...examples,
    '```',
    '',
    ...verb.verbs.flatMap((inner) => verbLines(inner, command)),
  ]
}

function table(rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ['| given | means |', '|---|---|', ...rows, '']
}

function argumentRow(key: string, verb: Verb): string {
  const definition = verb.arguments[key]!
  const { description, choices } = definition
  return row(argumentText(key, definition), description, choices === undefined ? [] : [oneOf(choices)])
}

/** Returns the row of an option, with its choices, default and conflicts. */
function optionRow(key: string, options: Options): string {
  const definition = options[key]!
  const { description, choices, default: otherwise, isRequired, conflicts = [] } = definition
  const others = conflicts.map((other) => `\`${optionName(other, options[other]!)}\``)
  return row(optionText(key, definition), description, [
    ...(choices === undefined ? [] : [oneOf(choices)]),
    ...(isRequired ? ['has to be given'] : []),
    ...(otherwise === undefined ? [] : [`default: \`${String(otherwise)}\``]),
    ...(others.length === 0 ? [] : [`not beside ${others.join(', ')}`]),
  ])
}

function row(typed: string, description: string, held: readonly string[]): string {
  return `| \`${typed}\` | ${[markdown(description), ...held].join('; ')} |`
}

function oneOf(words: readonly string[]): string {
  return `one of ${words.map((word) => `\`${word}\``).join(', ')}`
}

/** Escapes characters that Markdown interprets. */
function markdown(words: string): string {
  return words.replaceAll(/[<|*`\\]/g, String.raw`\$&`)
}
