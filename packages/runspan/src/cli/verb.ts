import type { DataOptions } from '@runspan/workspace'
import { Command, InvalidArgumentError, Option } from 'commander'

import { printNotice } from './output.ts'

/** A verb of the command line: builds its command, with options, help and action. */
export type Verb = () => Command

/** Options that say where the data is. */
export interface DataFlags {
  readonly clickhouse?: string
  readonly data?: string
  readonly partial?: true
}

/** A command with a summary and an example; every verb has both. */
export function verb(usage: string, summary: string, examples: readonly string[]): Command {
  return new Command(usage.split(' ')[0])
    .usage(
      usage.includes('[options]')
        ? usage.split(' ').slice(1).join(' ')
        : `${usage.split(' ').slice(1).join(' ')} [options]`.trim(),
    )
    .description(summary)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)
}

export const jsonOption = (): Option => new Option('--json', 'one JSON document on standard output, nothing else')

export const dataOptions = (): Option[] => [
  // environment and file are read where the data is opened, which tells which of them said what
  new Option(
    '--clickhouse <url>',
    'a ClickHouse of yours, http://user:password@host:8123/database (env: RUNSPAN_CLICKHOUSE_URL)',
  ),
  new Option('--data <dir>', 'data directory (default: the nearest .runspan; env: RUNSPAN_DATA)'),
  new Option('--partial', 'of a cluster: answer without shards that do not answer, and say so (env: RUNSPAN_PARTIAL)'),
]

/** Returns `--bom`: Excel takes a CSV file for UTF-8 only where it begins with a byte order mark. */
export const bomOption = (): Option => new Option('--bom', 'CSV for Excel: begins with a UTF-8 byte order mark')

/** Adds `--csv` and `--bom`, for answers that are rows. */
export function withCsv(command: Command): Command {
  return command
    .addOption(
      new Option('--csv', 'comma-separated values (RFC 4180) on standard output, nothing else').conflicts('json'),
    )
    .addOption(bomOption().implies({ csv: true }).conflicts('json'))
}

/** Adds `--json` and where the data is. */
export function withData(command: Command): Command {
  command.addOption(jsonOption())
  for (const option of dataOptions()) command.addOption(option)
  return command
}

export function dataFrom(flags: DataFlags): DataOptions {
  // an empty value is as good as none
  return {
    clickhouse: flags.clickhouse || undefined,
    data: flags.data || undefined,
    partial: flags.partial,
    onNotice: (text: string) => printNotice(text),
  }
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
}

/** `90`, `1s`, `15m`, `24h`, `30d`: seconds. */
export function parseSeconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d|w)?$/.exec(text)
  if (match === null) throw new InvalidArgumentError('Give a length of time such as 1s, 15m, 24h or 30d.')
  return Number(match[1]) * UNIT_SECONDS[match[2] ?? 's']!
}

/** Whether a text is a length of time with its unit, such as `24h`. */
export function isLength(text: string): boolean {
  return /^\d+(\.\d+)?\s*(ms|s|m|min|h|d|w)$/.test(text)
}

/** An ISO date or time, or a length of time before now. */
export function parseTime(text: string): Date {
  if (isLength(text)) return new Date(Date.now() - parseSeconds(text) * 1000)
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('Give a time such as 2026-11-24, 2026-11-24T14:00:00Z, or 24h for 24 hours ago.')
  }
  return date
}

/** A whole number from 1 to `highest`. */
export function parseCount(highest: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < 1 || number > highest) {
      throw new InvalidArgumentError(`Give a whole number from 1 to ${highest}.`)
    }
    return number
  }
}

/** `--since`, `--from`, `--to`. */
export function withRange(command: Command): Command {
  return command
    .addOption(
      new Option('--since <time>', 'from this long ago, such as 24h or 30d').argParser(parseTime).conflicts('from'),
    )
    .addOption(new Option('--from <time>', 'from this time on').argParser(parseTime))
    .addOption(new Option('--to <time>', 'before this time').argParser(parseTime))
}

/** Adds `--time-zone`, whose days an answer by day has. */
export function withTimeZone(command: Command): Command {
  return command.option('--time-zone <name>', 'whose days: such as Europe/Berlin (default: UTC)')
}

export interface RangeFlags {
  readonly since?: Date
  readonly from?: Date
  readonly to?: Date
}

export function rangeFrom({ since, from, to }: RangeFlags): { from: Date | undefined; to: Date | undefined } {
  return { from: since ?? from, to }
}
