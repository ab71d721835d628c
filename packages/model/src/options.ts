import { nearestWord } from './nearest-word.ts'

/** A time as callers give it: a date, ISO 8601 text (`2026-11-01`, `2026-11-01T14:00:00Z`), or milliseconds since 1970. */
export type TimeValue = Date | string | number

/** Options as callers give them: where a date belongs, any `TimeValue` does. */
export type Given<Options> = {
  readonly [Name in keyof Options]: Date extends Options[Name] ? Options[Name] | TimeValue : Options[Name]
}

type Kind = 'text' | 'number' | 'flag' | 'list' | 'object' | 'function' | 'time' | 'any'

/** Each kind in words, to follow "must be", and what fits it. */
const KINDS: Readonly<Record<Kind, readonly [string, (value: unknown) => boolean]>> = {
  text: ['text', (value) => typeof value === 'string'],
  number: ['a number', (value) => typeof value === 'number' && !Number.isNaN(value)],
  flag: ['true or false', (value) => typeof value === 'boolean'],
  list: ['a list', Array.isArray],
  object: ['an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
  function: ['a function', (value) => typeof value === 'function'],
  time: ['a Date, ISO 8601 text such as 2026-11-01, or milliseconds since 1970', (value) => toDate(value) !== null],
  any: ['anything', () => true],
}

/** Every option of a function by name, with the kind of value it takes; options of an option as such a table. */
export type OptionKinds<Options> = {
  readonly [Name in keyof Options]-?: Kind | OptionTable
}
/** The same where the names are not known to the compiler. */
export interface OptionTable {
  readonly [name: string]: Kind | OptionTable
}

/** What to say, and how to throw it. */
export interface OptionRules {
  /** The function whose options these are: `getRunStats`. */
  readonly of: string
  readonly refuse: (message: string) => Error
  /** Names that must be given. */
  readonly required?: readonly string[]
  /** Names that are no options, each with a sentence that says what to do instead. */
  readonly notes?: Readonly<Record<string, string>>
}

/**
 * Returns checked options, times as dates and undefined ones left out. Throws `refuse(message)` for a name that is no option,
 * with the nearest that is, and for a value of another kind.
 */
export function readOptions<Options extends object>(
  given: Given<Options> | undefined,
  kinds: OptionKinds<Options>,
  rules: OptionRules,
): Options {
  return readTable(given, kinds as OptionTable, rules) as Options
}

function readTable(given: unknown, kinds: OptionTable, rules: OptionRules): object {
  checkNames(given, kinds, rules)
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue
    const kind = kinds[name]!
    if (typeof kind === 'object') {
      result[name] = readTable(value, kind, { of: `${rules.of}: ${name}`, refuse: rules.refuse })
      continue
    }
    const [words, fits] = KINDS[kind]
    if (!fits(value)) throw rules.refuse(`${rules.of}: ${name} must be ${words}, not ${shown(value)}.`)
    result[name] = kind === 'time' ? toDate(value) : value
  }
  const missing = rules.required?.find((name) => result[name] === undefined)
  if (missing !== undefined) throw rules.refuse(`${rules.of}: ${missing} must be given.`)
  return result
}

/** Checks the names of options only, where values are repaired rather than refused. Throws `refuse(message)`. */
export function checkNames(given: unknown, kinds: OptionTable, rules: OptionRules): void {
  if (given === undefined) return
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw rules.refuse(`${rules.of}: options must be an object, not ${shown(given)}.`)
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(kinds, name)) throw rules.refuse(unknownName(name, Object.keys(kinds), rules))
  }
}

/** Words of other tools, and of the Python original, for what has another name here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  startdate: 'from',
  starttime: 'from',
  start: 'from',
  after: 'from',
  begin: 'from',
  since: 'from',
  enddate: 'to',
  endtime: 'to',
  end: 'to',
  before: 'to',
  until: 'to',
  workflowid: 'workflow',
  workflowname: 'workflow',
  id: 'runId',
  task: 'nodeId',
  taskname: 'nodeId',
  node: 'nodeId',
  path: 'outputPath',
  output: 'outputPath',
  directory: 'outputDir',
  dir: 'outputDir',
  data: 'dataDir',
  basepath: 'dataDir',
  connectionstring: 'clickhouse',
  url: 'clickhouse',
  pagesize: 'limit',
  count: 'limit',
  interval: 'intervalSeconds',
  metricinterval: 'intervalSeconds',
  dependson: 'dependencies',
  retries: 'retry',
  timeout: 'timeoutSeconds',
  days: 'olderThanDays',
}

function unknownName(name: string, allowed: readonly string[], { of, notes = {} }: OptionRules): string {
  if (Object.hasOwn(notes, name)) return `${of}: ${notes[name]}`
  const synonym = SYNONYMS[name.slice(0, 64).toLowerCase().replaceAll(/[-_]/g, '')]
  const near = nearestWord(name, allowed) ?? (synonym !== undefined && allowed.includes(synonym) ? synonym : null)
  const advice = near === null ? '' : ` Did you mean ${near}?`
  return `${of}: ${shown(name).slice(1, -1)} is not an option.${advice} Allowed are ${allowed.join(', ')}.`
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i

/** Returns a time as a date; null if it is none. Text without a zone is UTC where it is a day only, local time otherwise. */
export function toDate(value: unknown): Date | null {
  const date = value instanceof Date || typeof value === 'number' ? new Date(value) : isoDate(value)
  return date === null || Number.isNaN(date.getTime()) ? null : date
}

function isoDate(value: unknown): Date | null {
  const day = typeof value === 'string' ? ISO.exec(value)?.[1] : undefined
  if (day === undefined) return null
  // 30 February would become a day of March
  const midnight = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return null
  return new Date(value as string)
}

const LONGEST = 60

function shown(value: unknown): string {
  try {
    const text = value instanceof Date ? 'an invalid date' : (JSON.stringify(value) ?? typeof value)
    return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
  } catch {
    return `a value of type ${typeof value}` // cycles, big integers
  }
}
