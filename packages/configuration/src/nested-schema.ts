import { nearestWord } from '@runspan/model'
import { z, type ZodMiniType } from 'zod/mini'

import { ConfigurationError } from './errors.ts'
import type { Setting } from './settings.ts'
import { quotedValue } from './shown-value.ts'

/** Where in a document something is wrong, and what. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  /** Whether the key is wrong, or its value. */
  readonly at: 'key' | 'value'
  readonly text: string
}

interface Tree {
  [key: string]: Tree | Setting<unknown>
}

/** Settings in the shape of a document: dotted keys become objects in objects. No other keys are allowed. */
export class NestedSettings {
  private readonly tree: Tree = {}
  private readonly named: ReadonlyMap<string, Setting<unknown>>

  constructor(named: ReadonlyMap<string, Setting<unknown>>) {
    this.named = named
    for (const [key, setting] of named) {
      const parts = key.split('.')
      let at = this.tree
      for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Tree
      at[parts.at(-1)!] = setting
    }
  }

  toSchema(): ZodMiniType {
    return schemaOf(this.tree)
  }

  /** Keys that a path may go on with; none below a setting. */
  keysBelow(path: readonly PropertyKey[]): readonly string[] {
    let at: Tree | Setting<unknown> | undefined = this.tree
    for (const part of path) {
      if (at === undefined || isSetting(at)) return []
      at = at[String(part)]
    }
    return at === undefined || isSetting(at) ? [] : Object.keys(at)
  }

  /** What is wrong with a document, in words; `within` stands before the keys. */
  problemsOf(document: unknown, within = ''): Problem[] {
    const { error } = this.toSchema().safeParse(document)
    return (error?.issues ?? []).flatMap((issue): Problem[] => {
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => this.unknownKey([...issue.path, key], within))
      }
      const name = this.settingAt(issue.path)
      const setting = name === undefined ? undefined : this.named.get(name)
      const shown = `${within}${name ?? issue.path.join('.')}`
      if (setting === undefined) {
        const keys = this.keysBelow(issue.path).join(', ')
        return [{ path: issue.path, at: 'value', text: `${shown} must be a map of ${keys}.` }]
      }
      return [{ path: issue.path, at: 'value', text: mustBe(shown, setting, valueAt(document, issue.path)) }]
    })
  }

  private settingAt(path: readonly PropertyKey[]): string | undefined {
    const key = path.join('.')
    return [...this.named.keys()].find((name) => key === name || key.startsWith(`${name}.`))
  }

  private unknownKey(path: readonly PropertyKey[], within: string): Problem {
    const allowed = this.keysBelow(path.slice(0, -1))
    const key = String(path.at(-1))
    const near = nearestWord(key, allowed)
    const advice =
      near === null ? `Allowed are ${allowed.join(', ')}.` : `Did you mean ${near}? Allowed are ${allowed.join(', ')}.`
    return { path, at: 'key', text: `${within}${path.map(String).join('.')} is not a key. ${advice}` }
  }
}

/** Says what a setting must be, and what was found unless it may be a secret. */
export function mustBe(name: string, setting: Setting<unknown>, found: unknown): string {
  return `${name} must be ${setting.allowed}${setting.isSecret === true ? '' : `, not ${quotedValue(found)}`}.`
}

/** All problems as one error. */
export function invalidConfiguration(problems: readonly string[], cause?: unknown): ConfigurationError {
  const shown = problems.slice(0, 10)
  const more = problems.length > shown.length ? [`and ${problems.length - shown.length} more problems`] : []
  return new ConfigurationError('INVALID_CONFIGURATION', [...shown, ...more].join('\n'), cause)
}

function schemaOf(tree: Tree): ZodMiniType {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [
        key,
        z.optional(isSetting(value) ? value.schema.check(z.describe(value.about)) : schemaOf(value)),
      ]),
    ),
  )
}

function isSetting(value: Tree | Setting<unknown>): value is Setting<unknown> {
  return Array.isArray(value['keys'])
}

/** The value at a path, or at the last step of it that is there. */
function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : value,
    document,
  )
}
