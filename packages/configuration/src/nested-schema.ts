import { nearestWord } from '@runspan/model'
import { z, type ZodMiniType } from 'zod/mini'

import { ConfigurationError } from './errors.ts'
import type { Setting } from './settings.ts'
import { quotedValue } from './shown-value.ts'

/** A problem in a document, and where it is. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  /** Whether the key or its value is wrong. */
  readonly at: 'key' | 'value'
  readonly text: string
}

interface Tree {
  [key: string]: Tree | Setting<unknown>
}

/** Settings as a nested document: dotted keys become nested objects. Other keys are not allowed. */
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

  /** Returns the keys allowed after a path; none below a setting. */
  keysBelow(path: readonly PropertyKey[]): readonly string[] {
    let at: Tree | Setting<unknown> | undefined = this.tree
    for (const part of path) {
      if (at === undefined || isSetting(at)) return []
      at = at[String(part)]
    }
    return at === undefined || isSetting(at) ? [] : Object.keys(at)
  }

  /** Returns the problems of a document, in words; `within` is put before the keys. */
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

/** Returns what a setting must be, and what was found unless it may be a secret. */
export function mustBe(name: string, setting: Setting<unknown>, found: unknown): string {
  return `${name} must be ${setting.allowed}${setting.isSecret === true ? '' : `, not ${quotedValue(found)}`}.`
}

/** Returns one error for all problems. */
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

/** Returns the value at a path, or at the last existing step of the path. */
function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : value,
    document,
  )
}
