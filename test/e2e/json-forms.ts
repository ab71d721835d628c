/*
 * OTLP/JSON as senders write it besides the specification's form: each is a function from a request to text with the same
 * meaning.
 */

const snake = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function withKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withKeys(item, rename))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), withKeys(inner, rename)]))
}

/** 64-bit integers as bare numbers, beyond the range of JavaScript's. */
const unquoted = (json: string): string => json.replaceAll(/"(-?\d{16,20})"/g, '$1')

const named = (body: object): string =>
  JSON.stringify(body)
    .replaceAll('"kind":3', '"kind":"SPAN_KIND_CLIENT"')
    .replaceAll('"code":2', '"code":"STATUS_CODE_ERROR"')
    .replaceAll('"aggregationTemporality":2', '"aggregationTemporality":"AGGREGATION_TEMPORALITY_CUMULATIVE"')
    .replaceAll('"severityNumber":9', '"severityNumber":"SEVERITY_NUMBER_INFO"')

const OLD: Readonly<Record<string, string>> = {
  scopeSpans: 'instrumentationLibrarySpans',
  scopeLogs: 'instrumentationLibraryLogs',
  scopeMetrics: 'instrumentationLibraryMetrics',
  scope: 'instrumentationLibrary',
  logRecords: 'logs',
}

export type Form = (request: object) => string

/** Accepted by the collector's own parser too (0.161.0). */
export const FORMS: Readonly<Record<string, Form>> = {
  'snake_case names': (body) => JSON.stringify(withKeys(body, snake)),
  'names of enumerated values': named,
  'integers beyond 2^53 as numbers': (body) => unquoted(JSON.stringify(body)),
  'pretty-printed, with such integers': (body) => unquoted(JSON.stringify(body, null, 2)),
  'fields of a later version': (body) =>
    JSON.stringify(body).replaceAll('"schemaUrl"', '"ofALaterVersion":{"x":[12345678901234567890,null]},"schemaUrl"'),
}

/** Written by senders from before 0.16; the collector answers 200 and stores nothing. */
export const EARLIER_FORMS: Readonly<Record<string, Form>> = {
  'instrumentation libraries': (body) => JSON.stringify(withKeys(body, (key) => OLD[key] ?? key)),
  'instrumentation libraries in snake_case': (body) => JSON.stringify(withKeys(body, (key) => snake(OLD[key] ?? key))),
}
