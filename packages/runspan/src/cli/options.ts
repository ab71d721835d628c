import type { DataOptions } from '@runspan/workspace'

import type { ArgumentDefinition, OptionDefinition } from './define-verb.ts'
import { type CsvFlags, printNotice } from './output.ts'
import { parseCount, parseTime } from './parse.ts'

/** Returns a required argument. */
export function argument(description: string): ArgumentDefinition<string> {
  return { description, kind: 'required' }
}

/** Returns a required argument. `parse` turns its text into a value, or throws. */
export function parsedArgument<Value>(parse: (given: string) => Value, description: string): ArgumentDefinition<Value> {
  return { description, kind: 'required', parse }
}

/** Returns a required argument with a fixed set of words. */
export function choiceArgument<const Word extends string>(
  words: readonly Word[],
  description: string,
): ArgumentDefinition<Word> {
  return { description, kind: 'required', choices: words }
}

/** Returns an optional argument. */
export function optionalArgument(description: string): ArgumentDefinition<string | undefined> {
  return { description, kind: 'optional' }
}

/** Returns the last argument, which takes one value or more. */
export function severalArguments(description: string): ArgumentDefinition<readonly string[]> {
  return { description, kind: 'several' }
}

/** Returns the last argument, which takes any number of values. */
export function anyArguments(description: string): ArgumentDefinition<readonly string[]> {
  return { description, kind: 'any' }
}

/** Further settings of an option. */
type More = Pick<OptionDefinition<unknown>, 'short' | 'conflicts' | 'implies'>
/** Settings of an option that always has a value. */
type Sure<Value> = More & ({ readonly isRequired: true } | { readonly default: Value })

/** Returns a flag: true if given. */
export function flag(description: string, more: More = {}): OptionDefinition<true | undefined> {
  return { description, ...more }
}

/** Returns a flag that switches a default off: false if given, else true. */
export function negation(description: string): OptionDefinition<boolean> {
  return { description, isNegated: true }
}

/** Returns an option that takes a text, such as `<name>`. */
export function text(placeholder: string, description: string, more: Sure<string>): OptionDefinition<string>
export function text(placeholder: string, description: string, more?: More): OptionDefinition<string | undefined>
export function text(placeholder: string, description: string, more: More = {}): OptionDefinition<string | undefined> {
  return { placeholder, description, ...more }
}

/** Returns an option that takes one text or more, such as `<tag...>`. */
export function texts(placeholder: string, description: string): OptionDefinition<string[] | undefined> {
  return { placeholder, description }
}

/** Returns an option with a fixed set of words. */
export function choice<const Word extends string>(
  placeholder: string,
  words: readonly Word[],
  description: string,
): OptionDefinition<Word | undefined> {
  return { placeholder, description, choices: words }
}

/** Returns an option with a fixed set of words and a default. */
export function choiceOr<const Word extends string>(
  placeholder: string,
  words: readonly Word[],
  otherwise: NoInfer<Word>,
  description: string,
): OptionDefinition<Word> {
  return { placeholder, description, choices: words, default: otherwise }
}

/** Returns an option. `parse` turns its text into a value, or throws. */
export function parsed<Value>(
  placeholder: string,
  parse: (given: string) => Value,
  description: string,
  more: Sure<NoInfer<Value>>,
): OptionDefinition<Value>
export function parsed<Value>(
  placeholder: string,
  parse: (given: string) => Value,
  description: string,
  more?: More,
): OptionDefinition<Value | undefined>
export function parsed<Value>(
  placeholder: string,
  parse: (given: string) => Value,
  description: string,
  more: More = {},
): OptionDefinition<Value | undefined> {
  return { placeholder, description, parse, ...more }
}

/** Returns `--limit`: the maximum number of rows, from 1 to `highest`; `otherwise` is the default. */
export function limit(
  otherwise: number,
  highest: number = 1000,
  description: string = 'how many at most',
): OptionDefinition<number> {
  return parsed('<n>', parseCount(highest), description, { default: otherwise })
}

/** Definitions of options with these values. */
type OptionsFor<Values> = { readonly [K in keyof Values]-?: OptionDefinition<Values[K]> }

/** Values of `DATA`. */
export interface DataFlags {
  readonly clickhouse?: string | undefined
  readonly data?: string | undefined
  readonly partial?: true | undefined
}

/** Values of `RANGE`. */
export interface RangeFlags {
  readonly since?: Date | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

/** Value of `JSON_OPTION`. */
export interface JsonFlags {
  readonly json?: true | undefined
}

/** `--json`, of every verb that answers. */
export const JSON_OPTION: OptionsFor<JsonFlags> = {
  json: flag('one JSON document on standard output, nothing else'),
}

/** Options that say where the data is. `openData` reads the environment and the file, so that it can tell the source of each value. */
export const DATA: OptionsFor<DataFlags> = {
  clickhouse: text(
    '<url>',
    'a ClickHouse of yours, http://user:password@host:8123/database (env: RUNSPAN_CLICKHOUSE_URL)',
  ),
  data: text('<dir>', 'data directory (default: the nearest .runspan; env: RUNSPAN_DATA)'),
  partial: flag('of a cluster: answer without shards that do not answer, and say so (env: RUNSPAN_PARTIAL)'),
}

const BOM_TEXT = 'CSV for Excel: begins with a UTF-8 byte order mark'

/** `--bom` alone: Excel takes a CSV file for UTF-8 only where it begins with a byte order mark. */
export const BOM: OptionsFor<Pick<CsvFlags, 'bom'>> = { bom: flag(BOM_TEXT) }

/** `--csv` and `--bom`, for answers that are rows. */
export const CSV: OptionsFor<CsvFlags> = {
  csv: flag('comma-separated values (RFC 4180) on standard output, nothing else', { conflicts: ['json'] }),
  bom: flag(BOM_TEXT, { implies: { csv: true }, conflicts: ['json'] }),
}

/** `--since`, `--from`, `--to`. */
export const RANGE: OptionsFor<RangeFlags> = {
  since: parsed('<time>', parseTime, 'from this long ago, such as 24h or 30d', { conflicts: ['from'] }),
  from: parsed('<time>', parseTime, 'from this time on'),
  to: parsed('<time>', parseTime, 'before this time'),
}

/** `--time-zone`: whose days an answer by day has. */
export const TIME_ZONE: OptionsFor<{ readonly timeZone?: string | undefined }> = {
  timeZone: text('<name>', 'whose days: such as Europe/Berlin (default: UTC)'),
}

/** The argument that names a run. */
export const RUN_ID: { readonly runId: ArgumentDefinition<string> } = {
  runId: argument('id of the run, its first characters, or the engine’s own key'),
}

/** The argument that names a workflow. */
export const WORKFLOW: { readonly workflow: ArgumentDefinition<string> } = {
  workflow: argument('name of the workflow'),
}

/** Returns the options for `openData` and `configurationOf`. An empty value counts as not given. */
export function dataFrom({ clickhouse, data, partial }: DataFlags): DataOptions {
  return {
    clickhouse: clickhouse || undefined,
    data: data || undefined,
    partial,
    onNotice: (notice: string) => printNotice(notice),
  }
}

/** Returns the range of a question. `--since` replaces `--from`. */
export function rangeFrom({ since, from, to }: RangeFlags): { from: Date | undefined; to: Date | undefined } {
  return { from: since ?? from, to }
}
