import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

import { nearestWord } from '@runspan/model'
import type * as Yaml from 'yaml'
import type { Document, LineCounter, YAMLMap } from 'yaml'

import { FILE_SETTINGS } from './file-settings.ts'
import { invalidConfiguration } from './nested-schema.ts'
import { presence } from './presence.ts'
import { distrustOfFile, type Ignored } from './trust.ts'
import { trusted, upwards } from './upwards.ts'

export const FILE_NAME = 'runspan.config.yaml'
/** Maximum size of a configuration file; a larger file cannot be one. */
const MOST_BYTES = 1_000_000
const SECTIONS = ['tracking', 'alerts', 'targets'] as const

/** A valid configuration file. */
export interface ConfigurationFile {
  readonly path: string
  /** Its section `tracking`, with keys in snake case. */
  readonly tracking: Readonly<Record<string, unknown>>
  readonly alerts: readonly unknown[]
  readonly targets: Readonly<Record<string, unknown>>
  /** Returns `file:line:column` of the value at a path, or of the last existing step of the path. */
  locate(path: readonly PropertyKey[]): string
}

/**
 * Returns the path of the configuration file: `RUNSPAN_CONFIG`, the nearest `runspan.config.yaml` upwards, or
 * `~/.runspan/tracking.yaml`; null without one. A file that was found, not named, and that another user could have written,
 * is added to `ignored` instead, because its targets run commands.
 */
export function findConfigurationFile(
  environment: NodeJS.ProcessEnv,
  from: string | null,
  home: string | null,
  ignored: Ignored[],
): string | null {
  const named = environment['RUNSPAN_CONFIG']
  if (named !== undefined && named !== '') return resolve(from ?? '/', named)
  const isTrusted = trusted(distrustOfFile, ignored)
  const nearest = from === null ? null : upwards(from, FILE_NAME, isTrusted)
  if (nearest !== null) return join(nearest, FILE_NAME)
  if (home === null) return null
  const personal = join(home, '.runspan', 'tracking.yaml')
  return presence(personal) === true && isTrusted(personal) ? personal : null
}

/** The file that was read last, with its text at that time, so that several readers in one process parse it once. */
let last: { readonly path: string; readonly text: string; readonly file: ConfigurationFile } | undefined

/** Reads and validates a configuration file. Throws `INVALID_CONFIGURATION` with file, line, key and what is allowed. */
export function readConfigurationFile(path: string): ConfigurationFile {
  const text = textOf(path)
  if (last?.path !== path || last.text !== text) last = { path, text, file: parseConfiguration(path, text) }
  return last.file
}

function parseConfiguration(path: string, text: string): ConfigurationFile {
  // loaded only if there is a file: it adds some tens of milliseconds to every start
  const yaml = createRequire(import.meta.url)('yaml') as typeof Yaml
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number): string => placeIn(path, lines, offset)
  if (document.errors.length > 0) {
    throw invalidConfiguration(document.errors.map(({ pos, message }) => `${place(pos[0])}: ${message}`))
  }
  const locate = (steps: readonly PropertyKey[]): string => place(offsetOf(document, steps, 'value'))
  const root = document.contents
  if (root !== null && !yaml.isMap(root)) {
    throw invalidConfiguration([`${place(0)}: the file must be a map of ${SECTIONS.join(', ')}.`])
  }
  const twice =
    yaml.isMap(root) && yaml.isMap(root.get('tracking')) ? withUnderscores(root.get('tracking') as YAMLMap) : []
  if (twice.length > 0) {
    throw invalidConfiguration(twice.map(({ offset, text: said }) => `${place(offset)}: ${said}`))
  }
  const content = withoutEmpty(plainOf(document, path))
  const problems = [
    ...problemsOfSections(content).map(({ key, text: said }) => ({ offset: offsetOf(document, [key], 'key'), said })),
    ...FILE_SETTINGS.problemsOf(content['tracking'] ?? {}, 'tracking.').map(({ path: steps, at, text: said }) => ({
      offset: offsetOf(document, ['tracking', ...steps], at),
      said,
    })),
  ].toSorted((a, b) => a.offset - b.offset)
  if (problems.length > 0) throw invalidConfiguration(problems.map(({ offset, said }) => `${place(offset)}: ${said}`))
  return {
    path,
    tracking: (content['tracking'] ?? {}) as Record<string, unknown>,
    alerts: (content['alerts'] ?? []) as unknown[],
    targets: (content['targets'] ?? {}) as Record<string, unknown>,
    locate,
  }
}

/** Returns the directory to which paths in a file are relative. */
export function directoryOf(file: ConfigurationFile): string {
  return dirname(file.path)
}

function textOf(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw invalidConfiguration(
      [`${path} cannot be read: ${String(error)}. Make it readable, or name another file by RUNSPAN_CONFIG.`],
      error,
    )
  }
  if (text.length > MOST_BYTES) throw invalidConfiguration([`${path} is longer than ${MOST_BYTES} characters.`])
  return text
}

function placeIn(path: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset)
  return `${path}:${Math.max(1, line)}:${Math.max(1, col)}`
}

function plainOf(document: Document, path: string): Record<string, unknown> {
  try {
    return (document.toJS() as Record<string, unknown> | null) ?? {}
  } catch (error) {
    // aliases that expand without end
    throw invalidConfiguration([`${path}: ${error instanceof Error ? error.message : String(error)}`], error)
  }
}

/** Returns the offset of a key or its value; of the last existing step of the path, else 0. */
function offsetOf(document: Document, steps: readonly PropertyKey[], at: 'key' | 'value'): number {
  let node: unknown = document.contents
  let offset = 0
  for (const [i, step] of steps.entries()) {
    const items: readonly unknown[] = (node as { items?: unknown[] } | null)?.items ?? []
    const item = typeof step === 'number' ? items[step] : items.find((pair) => keyOf(pair) === String(step))
    if (item === undefined) break
    const { key, value } = item as { key?: Ranged; value?: Ranged | null }
    const isPair = key !== undefined
    node = isPair ? value : item
    const isLast = i === steps.length - 1
    offset = ((isPair && ((isLast && at === 'key') || value?.range == null) ? key : (node as Ranged)).range ?? [
      offset,
    ])[0]
  }
  return offset
}

interface Ranged {
  readonly range?: readonly [number, number, number] | null
}

function keyOf(pair: unknown): string {
  return String((pair as { key?: { value?: unknown } }).key?.value)
}

/** Rewrites keys like `maxRuns` to snake case; returns those that then exist twice. */
function withUnderscores(map: YAMLMap, path: readonly string[] = []): { offset: number; text: string }[] {
  const allowed = FILE_SETTINGS.keysBelow(path)
  return map.items.flatMap((pair) => {
    const key = pair.key as { value?: unknown; range?: readonly [number, number, number] }
    const said = String(key?.value)
    const plain = said.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const value = pair.value as YAMLMap | null
    if (!allowed.includes(plain)) return []
    const twice =
      plain !== said && map.has(plain)
        ? [
            {
              offset: key.range?.[0] ?? 0,
              text: `tracking.${[...path, said].join('.')} is there twice, as ${plain} too.`,
            },
          ]
        : []
    key.value = plain
    return [...twice, ...(Array.isArray(value?.items) ? withUnderscores(value, [...path, plain]) : [])]
  })
}

/** Removes keys whose lines are all commented out: such a key counts as absent. */
function withoutEmpty(content: Record<string, unknown>): Record<string, unknown> {
  const prune = (value: unknown): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .filter(([, inner]) => inner !== null)
            .map(([key, inner]) => [key, prune(inner)]),
        )
  return Object.fromEntries(
    Object.entries(content)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, key === 'tracking' ? prune(value) : value]),
  )
}

function problemsOfSections(content: Record<string, unknown>): { key: string; text: string }[] {
  const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
  return Object.entries(content).flatMap(([key, value]) => {
    if (key === 'alerts') return Array.isArray(value) ? [] : [{ key, text: 'alerts must be a list.' }]
    if (key === 'targets') return isMap(value) ? [] : [{ key, text: 'targets must be a map.' }]
    if (key === 'tracking') return []
    const near = nearestWord(key, SECTIONS)
    const advice = near === null ? '' : `Did you mean ${near}? `
    return [{ key, text: `${key} is not a key. ${advice}Allowed are ${SECTIONS.join(', ')}.` }]
  })
}
