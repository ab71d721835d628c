import type { Json, Metadata } from '@runspan/model'

import { cutText } from './clean-text.ts'

/** Maximum bytes of a run's metadata as JSON. */
const METADATA_BYTES = 64 * 1024

const DEEPEST = 64
/** Minimum cost of a value, so that the walk ends on endless input. */
const VALUE_COST = 4

/** Counts the remaining budget and remembers the objects on the current path, to detect cycles. */
class Walk {
  left: number
  readonly ancestors: Set<object> = new Set()

  constructor(budget: number) {
    this.left = budget
  }

  /** Returns a value as JSON can hold it; `undefined` for values that JSON leaves out. */
  value(value: unknown): Json | undefined {
    this.left -= VALUE_COST
    switch (typeof value) {
      case 'string':
        return this.text(value)
      case 'number':
        return Number.isFinite(value) ? value : String(value)
      case 'bigint':
        return this.text(String(value))
      case 'boolean':
        return value
      case 'object':
        return value === null ? null : this.object(value)
      default:
        return undefined
    }
  }

  text(text: string): string {
    const kept = cutText(text.replaceAll('\0', ''), Math.max(this.left, 16))
    this.left -= kept.length
    return kept
  }

  object(value: object): Json | undefined {
    if (this.ancestors.has(value)) return '[circular]'
    if (this.ancestors.size >= DEEPEST) return '[too deep]'
    this.ancestors.add(value)
    try {
      return this.open(value)
    } catch (error) {
      return threw(error)
    } finally {
      this.ancestors.delete(value)
    }
  }

  open(value: object): Json | undefined {
    if (ArrayBuffer.isView(value)) return `[${value.constructor.name}, ${value.byteLength} bytes]`
    if (value instanceof Map) {
      const values = [...value.values()] as unknown[]
      return this.entries([...value.keys()].map(String), (_, index) => values[index])
    }
    if (value instanceof Set) return this.list([...value])
    if (value instanceof Error) return this.entries(['name', 'message'], (key) => value[key as 'name' | 'message'])
    if (Array.isArray(value)) return this.list(value)
    const toJson = (value as { toJSON?: unknown }).toJSON
    if (typeof toJson === 'function') return this.value(toJson.call(value))
    return this.entries(Object.keys(value), (key) => (value as Record<string, unknown>)[key])
  }

  list(values: readonly unknown[]): Json {
    const list: Json[] = []
    for (let index = 0; index < values.length; index++) {
      if (this.left <= 0) {
        list.push(`[${values.length - index} more]`)
        break
      }
      list.push(this.guarded(() => values[index]) ?? null)
    }
    return list
  }

  entries(keys: readonly string[], read: (key: string, index: number) => unknown): Json {
    const entries: [string, Json][] = []
    for (const [index, key] of keys.entries()) {
      if (this.left <= 0) {
        entries.push(['[more]', keys.length - index])
        break
      }
      const value = this.guarded(() => read(key, index))
      if (value !== undefined) entries.push([this.text(key), value])
    }
    // fromEntries defines its properties, so a key `__proto__` stays a key
    return Object.fromEntries(entries)
  }

  guarded(read: () => unknown): Json | undefined {
    try {
      return this.value(read())
    } catch (error) {
      return threw(error)
    }
  }
}

function threw(error: unknown): string {
  try {
    return `[threw: ${cutText(String((error as Error | undefined)?.message ?? error), 200)}]`
  } catch {
    return '[threw]'
  }
}

/** Returns a value with everything JSON cannot hold replaced, and its JSON of at most `bytes` bytes. */
export function boundedJson(value: unknown, bytes: number): { readonly value: Json; readonly json: string } {
  // The walk counts characters, but the limit counts bytes and escapes. More than one round is rarely needed.
  for (let budget = bytes; ; budget = Math.floor(budget / 2)) {
    const cleaned = new Walk(budget).value(value) ?? null
    const json = JSON.stringify(cleaned)
    if (json.length <= bytes && Buffer.byteLength(json) <= bytes) return { value: cleaned, json }
  }
}

/** Returns metadata as it is recorded: always an object. Any other value is stored under the key `value`. */
export function boundedMetadata(given: unknown): { readonly value: Metadata; readonly json: string } {
  const bounded = boundedJson(given, METADATA_BYTES)
  if (isRecord(bounded.value)) return { value: bounded.value, json: bounded.json }
  return boundedMetadata({ value: given })
}

function isRecord(value: Json): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
