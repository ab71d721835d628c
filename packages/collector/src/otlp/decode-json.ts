import { REQUEST_TYPES, type Signal } from './decode-protobuf.ts'
import { notOtlp } from './fields.ts'
import { problemOfJson } from './json-shape.ts'
import { quoteLongIntegers } from './long-integers.ts'

/**
 * Returns a body's JSON. If it is an object, every field of the given signals has the type that the protocol requires; fields
 * of other signals are not checked. Throws `NOT_OTLP`.
 */
export function decodeJson(bytes: Buffer, signals: readonly Signal[]): unknown {
  return checkTypes(parseJson(bytes), signals)
}

/** Returns JSON that is already parsed after the same check. Throws `NOT_OTLP`. */
export function checkTypes(request: unknown, signals: readonly Signal[]): unknown {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return request
  for (const signal of signals) {
    const problem = problemOfJson(request, REQUEST_TYPES[signal])
    if (problem !== null) throw notOtlp(problem)
  }
  return request
}

/** Returns a body's JSON, with integers of more than 15 digits as text. Throws `NOT_OTLP`. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(quoteLongIntegers(bytes.toString('utf8')))
  } catch (error) {
    throw Object.assign(notOtlp(`the JSON cannot be parsed (${String(error).slice(0, 200)})`), { cause: error })
  }
}
