import { nearestWord } from './nearest-word.ts'

/**
 * A time as callers pass it: a date, ISO 8601 text (`2026-11-01`, `2026-11-01T14:00:00Z`), or milliseconds since 1970.
 */
export type TimeValue = Date | string | number

/** Options as callers pass them: any `TimeValue` in place of a date. */
export type Given<Options> = {
  readonly [Name in keyof Options]: Date extends Options[Name] ? Options[Name] | TimeValue : Options[Name]
}

type Kind = 'text' | 'number' | 'flag' | 'list' | 'object' | 'function' | 'time' | 'any'

/** Each kind: its name, to follow "must be", and its test. */
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

/** Every option of a function by name, with its kind of value. Nested options are a nested table. */
export type OptionKinds<Options> = {
  readonly [Name in keyof Options]-?: Kind | OptionTable
}
/** Same as `OptionKinds`, where the compiler does not know the names. */
export interface OptionTable {
  readonly [name: string]: Kind | OptionTable
}

/** Settings of a check of options: error text and how to throw. */
export interface OptionRules {
  /** Name of the function that takes these options: `getRunStats`. */
  readonly of: string
  readonly refuse: (message: string) => Error
  /** Options that are required. */
  readonly required?: readonly string[]
  /** Names that are not options, each with a sentence that says what to do instead. */
  readonly notes?: Readonly<Record<string, string>>
}

/**
 * Returns checked options, with times as dates and without undefined values. Throws `refuse(message)` for an unknown name
 * (the message suggests the nearest option) and for a value of the wrong kind.
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

/** Checks only the names of options, for callers that repair bad values. Throws `refuse(message)`. */
export function checkNames(given: unknown, kinds: OptionTable, rules: OptionRules): void {
  if (given === undefined) return
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw rules.refuse(`${rules.of}: options must be an object, not ${shown(given)}.`)
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(kinds, name)) throw rules.refuse(unknownName(name, Object.keys(kinds), rules))
  }
}

/** Option names of other tools and of the Python original, mapped to our names. */
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

/**
 * Returns a time as a date; null if it is not a time. Text without a zone is UTC if it is only a day, else local time.
 */
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
    return `a value of type ${typeof value}` // circular values, big integers
  }
}
