import { AttributePairs, type Attributes, NO_TIME, type Time } from '@runspan/spool'

import { CollectorError } from '../errors.ts'
import type { OtlpAnyValue, OtlpKeyValue } from './request.ts'

/** Returns the items of a repeated field; empty if absent. Throws `NOT_OTLP` if it is something else. */
export function list<T>(value: readonly T[] | undefined | null, field: string): readonly T[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw notOtlp(`"${field}" is not a list`)
  for (const item of value) {
    if (typeof item !== 'object' || item === null) throw notOtlp(`"${field}" holds something that is not an object`)
  }
  return value
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/**
 * Returns a trace or span id as lower-case hexadecimal; empty for an id of zeros. Throws `NOT_OTLP` if it has neither 8 nor
 * 16 bytes.
 */
export function id(value: unknown): string {
  const hex =
    value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
      : text(value).toLowerCase()
  if (!/^(?:[0-9a-f]{16}|[0-9a-f]{32})?$/.test(hex)) throw notOtlp('an id is not 16 or 32 hexadecimal digits')
  return /[^0]/.test(hex) ? hex : ''
}

/** Returns a 64-bit integer from text, a number or a bigint; 0 if absent. Throws `NOT_OTLP` if it is something else. */
export function integer64(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (value === undefined || value === null) return 0n
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  throw notOtlp('a 64-bit integer is invalid')
}

/** Returns a small integer; 0 if it is not one. */
export function integer32(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : 0
}

/** Returns a floating-point number; JSON has NaN and infinities as text. */
export function double(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return 0
  const number = Number(value)
  return value.trim() !== '' && (value === 'NaN' || !Number.isNaN(number)) ? number : 0
}

/** Returns `asInt` or `asDouble` of a point or exemplar. */
export function pointValue(point: { readonly asInt?: unknown; readonly asDouble?: unknown }): number {
  return point.asInt === undefined || point.asInt === null ? double(point.asDouble) : Number(integer64(point.asInt))
}

/** Returns a time from nanoseconds since 1970, unsigned 64 bits. */
export function time(value: unknown): Time {
  const nanoseconds = BigInt.asUintN(64, integer64(value))
  if (nanoseconds === 0n) return NO_TIME
  return [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)]
}

/** Returns attributes, each value as the encoder prints it; keys may be repeated. */
export function attributes(pairs: readonly OtlpKeyValue[] | undefined): Attributes {
  const result = new AttributePairs()
  for (const { key, value } of list(pairs, 'attributes')) result.add(text(key), anyValue(value))
  return result
}

/** Maximum nesting; deeper values are refused. */
const MAX_DEPTH = 64

/**
 * Returns an `AnyValue` as a plain value: 64-bit integers as bigint, maps as objects; the last of two equal keys counts.
 */
export function anyValue(value: OtlpAnyValue | undefined | null, depth = 0): unknown {
  if (value === undefined || value === null || typeof value !== 'object') return null
  if (depth > MAX_DEPTH) throw notOtlp(`an attribute value is nested deeper than ${MAX_DEPTH} levels`)
  if (value.stringValue != null) return text(value.stringValue)
  if (value.boolValue != null) return value.boolValue === true
  if (value.intValue != null) return integer64(value.intValue)
  if (value.doubleValue != null) return double(value.doubleValue)
  if (value.bytesValue != null) {
    return value.bytesValue instanceof Uint8Array ? value.bytesValue : Buffer.from(text(value.bytesValue), 'base64')
  }
  if (value.arrayValue != null) {
    return list(value.arrayValue?.values, 'arrayValue.values').map((item) => anyValue(item, depth + 1))
  }
  if (value.kvlistValue != null) {
    const entries = list(value.kvlistValue?.values, 'kvlistValue.values')
    return Object.fromEntries(entries.map((entry) => [text(entry.key), anyValue(entry.value, depth + 1)]))
  }
  return null
}

export function notOtlp(what: string): CollectorError {
  return new CollectorError('NOT_OTLP', `Not an OTLP request: ${what}.`)
}
