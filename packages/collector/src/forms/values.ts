import { CollectorError } from '../errors.ts'

/** Any JSON object. */
export type Json = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the objects of a list; empty if absent. Throws `NOT_OTLP` if it is not a list of objects. */
export function objects(value: unknown, what: string): readonly Json[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every(isObject)) throw notTaken(`${what} is not a list of objects`)
  return value
}

/** Returns text, or `otherwise`. */
export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

/** Returns microseconds as nanoseconds; 0 if absent. Throws `NOT_OTLP` if invalid. */
export function nanosecondsOf(microseconds: unknown, what: string): bigint {
  if (microseconds === undefined || microseconds === null) return 0n
  const isNumber = typeof microseconds === 'number' && Number.isSafeInteger(Math.round(microseconds))
  const isText = typeof microseconds === 'string' && /^\d{1,18}$/.test(microseconds)
  if (!isNumber && !isText) throw notTaken(`${what} is not a number of microseconds`)
  const nanoseconds = isText ? BigInt(microseconds) * 1000n : BigInt(Math.round(Number(microseconds) * 1000))
  return nanoseconds < 0n ? 0n : nanoseconds
}

/**
 * Returns a hexadecimal id with the leading zeros that some senders leave out; empty if absent. Throws `NOT_OTLP` if invalid.
 */
export function paddedId(value: unknown, digits: 16 | 32, what: string): string {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value !== 'string' || !/^[\da-f]+$/i.test(value) || value.length > digits) {
    throw notTaken(`${what} is not up to ${digits} hexadecimal digits`)
  }
  return value.padStart(digits, '0')
}

/** Returns an attribute as OTLP/JSON. */
export function attributeOf(key: string, value: unknown): Json {
  if (typeof value === 'boolean') return { key, value: { boolValue: value } }
  if (typeof value === 'number')
    return { key, value: Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: value } }
  return { key, value: { stringValue: typeof value === 'string' ? value : JSON.stringify(value ?? null) } }
}

export function notTaken(what: string): CollectorError {
  return new CollectorError('NOT_OTLP', `Not taken: ${what}.`)
}

/** Kinds of spans by their names in Jaeger and Zipkin. */
export const KINDS: Readonly<Record<string, number>> = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 }
/** Status codes as OpenTelemetry's exporters for other systems write them. */
export const STATUS_CODES: Readonly<Record<string, number>> = { UNSET: 0, OK: 1, ERROR: 2 }
