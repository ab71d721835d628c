import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

import {
  type ConfigurationFile,
  directoryOf,
  findConfigurationFile,
  readConfigurationFile,
} from './configuration-file.ts'
import { ConfigurationError } from './errors.ts'
import { nearestDataDirectory } from './nearest-data-directory.ts'
import { invalidConfiguration, mustBe } from './nested-schema.ts'
import { printIgnored } from './print-ignored.ts'
import { type Setting, SETTING_NAMES, SETTINGS, type Values } from './settings.ts'
import type { Ignored } from './trust.ts'

/** Where a value came from. */
export interface Source {
  readonly layer: 'code' | 'environment' | 'file' | 'default'
  /** `code`, the variable's name, `file:line:column`, or `default`. */
  readonly name: string
}

/** All effective values, with their sources. */
export interface Configuration {
  readonly values: Values
  readonly sources: { readonly [Name in keyof Values]: Source }
  /** Path of the configuration file; null without one. */
  readonly file: string | null
  /** Files and directories that were found but are not used, because another user could have written them. */
  readonly ignored: readonly Ignored[]
  /** The file's `alerts`, unchanged. */
  readonly alerts: readonly unknown[]
  /** The file's `targets`, unchanged. */
  readonly targets: Readonly<Record<string, unknown>>
  /** Returns `file:line:column` of a path in the file, such as `['alerts', 0, 'when']`; null without a file. */
  locate(path: readonly PropertyKey[]): string | null
}

export interface LoadOptions {
  /** Values from code, which override all others; undefined counts as absent. */
  readonly given?: { readonly [Name in keyof Values]?: Values[Name] | undefined } | undefined
  /** Name of that source in messages. Default `code`. */
  readonly givenBy?: string | undefined
  readonly environment?: NodeJS.ProcessEnv | undefined
  /** Directory where the search for files starts. Default: the working directory. */
  readonly from?: string | undefined
  readonly home?: string | undefined
}

/**
 * Returns the configuration of this process: code over environment over file over default. Creates nothing. A file that
 * another user could have written is not used, and a warning is printed on standard error once a process.
 * Throws `INVALID_CONFIGURATION`; its message names the place, the key and the allowed values.
 */
export function loadConfiguration(options: LoadOptions = {}): Configuration {
  const { given = {}, givenBy = 'code', environment = process.env } = options
  const from = options.from ?? workingDirectory()
  const home = options.home ?? homeDirectory()
  const ignored: Ignored[] = []
  const path = findConfigurationFile(environment, from, home, ignored)
  printIgnored(ignored) // before reading: the file that is read instead may be invalid
  const file = path === null ? null : readConfigurationFile(path)
  const values: Record<string, unknown> = {}
  const sources: Record<string, Source> = {}
  const problems: string[] = []
  for (const name of SETTING_NAMES) {
    const setting = SETTINGS[name] as Setting<unknown>
    const found = fromCode(given[name], setting, givenBy) ??
      fromEnvironment(name, setting, environment) ??
      fromFile(setting, file) ?? { value: setting.default, source: DEFAULT, called: name }
    if (
      (found.source.layer === 'code' || found.source.layer === 'environment') &&
      !setting.schema.safeParse(found.value).success
    ) {
      problems.push(mustBe(found.called, setting, found.value))
    }
    values[name] = found.value
    sources[name] = found.source
  }
  if (problems.length > 0) throw invalidConfiguration(problems)
  const dataDir = place(values['dataDir'] as string, sources['dataDir']!, { from, home, file, ignored })
  printIgnored(ignored)
  return {
    values: { ...values, dataDir: dataDir.path } as unknown as Values,
    sources: { ...sources, dataDir: dataDir.source } as Configuration['sources'],
    file: path,
    ignored,
    alerts: file?.alerts ?? [],
    targets: file?.targets ?? {},
    locate: (steps) => file?.locate(steps) ?? null,
  }
}

interface Found {
  readonly value: unknown
  readonly source: Source
  /** Name of the value in a message. */
  readonly called: string
}

/** Returns the working directory; null if it was deleted. */
export function workingDirectory(): string | null {
  try {
    return process.cwd()
  } catch {
    return null
  }
}

/** Returns the home directory; null if the user has none: a user id without an entry in passwd, and no HOME. */
function homeDirectory(): string | null {
  try {
    return homedir()
  } catch {
    return null
  }
}

/**
 * Checks values from code without the environment and files, so that the programmer sees the error. Throws
 * `INVALID_CONFIGURATION`.
 */
export function checkGiven(given: NonNullable<LoadOptions['given']>): void {
  const problems = SETTING_NAMES.flatMap((name) => {
    const setting = SETTINGS[name] as Setting<unknown>
    const found = fromCode(given[name], setting, 'code')
    return found === undefined || setting.schema.safeParse(found.value).success
      ? []
      : [mustBe(found.called, setting, found.value)]
  })
  if (problems.length > 0) throw invalidConfiguration(problems)
}

const DEFAULT: Source = { layer: 'default', name: 'default' }

function fromCode(value: unknown, setting: Setting<unknown>, givenBy: string): Found | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return { value, source: { layer: 'code', name: givenBy }, called: setting.option }
}

function fromEnvironment(
  name: keyof Values,
  setting: Setting<unknown>,
  environment: NodeJS.ProcessEnv,
): Found | undefined {
  // OpenTelemetry's own switch has the same meaning
  if (name === 'enabled' && environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') {
    return { value: false, source: { layer: 'environment', name: 'OTEL_SDK_DISABLED' }, called: 'OTEL_SDK_DISABLED' }
  }
  const variable = setting.variables.find((candidate) => (environment[candidate] ?? '') !== '')
  if (variable === undefined) return undefined
  return {
    value: setting.fromText(environment[variable]!),
    source: { layer: 'environment', name: variable },
    called: variable,
  }
}

function fromFile(setting: Setting<unknown>, file: ConfigurationFile | null): Found | undefined {
  if (file === null) return undefined
  for (const key of setting.keys) {
    const path = key.split('.')
    const value = path.reduce<unknown>(
      (inner, part) => (inner as Record<string, unknown> | undefined)?.[part],
      file.tracking,
    )
    if (value !== undefined) {
      return { value, source: { layer: 'file', name: file.locate(['tracking', ...path]) }, called: `tracking.${key}` }
    }
  }
  return undefined
}

/**
 * Returns the absolute data directory. A relative path is relative to the file that contains it, else to the working
 * directory.
 */
function place(
  said: string,
  source: Source,
  {
    from,
    home,
    file,
    ignored,
  }: { from: string | null; home: string | null; file: ConfigurationFile | null; ignored: Ignored[] },
): { path: string; source: Source } {
  if (source.layer === 'default') {
    if (from === null) throw nowhere('the working directory was deleted')
    const nearest = nearestDataDirectory(from, ignored)
    return { path: nearest.path, source: { layer: 'default', name: nearest.from } }
  }
  const start = source.layer === 'file' && file !== null ? directoryOf(file) : from
  const isAtHome = /^~(?=$|[/\\])/.test(said)
  if (isAtHome && home === null) throw nowhere(`${said} is configured, but this user has no home directory`)
  const path = isAtHome ? join(home!, said.slice(1)) : said
  if (start === null && !isAbsolute(path)) throw nowhere(`${said} is configured, but the working directory was deleted`)
  return { path: resolve(start ?? '/', path), source }
}

function nowhere(why: string): ConfigurationError {
  const message = `There is no place for the data directory: ${why}. Name one by --data or RUNSPAN_DATA, as an absolute path.`
  return new ConfigurationError('DIRECTORY_NOT_WRITABLE', message)
}
