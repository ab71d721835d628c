import { isObject, type Json } from './values.ts'

const IDS = ['traceId', 'spanId', 'parentSpanId', 'trace_id', 'span_id', 'parent_span_id']

/** Returns whether a value is a trace from Grafana Tempo: `/api/traces` has `batches`, `/api/v2/traces` a `trace`. */
export function isTempo(value: Json): boolean {
  return Array.isArray(value['batches']) || isObject(value['trace'])
}

/** Returns OTLP: the groups are already OTLP, except for ids in base64. */
export function tempoToOtlp(value: Json): object {
  const trace = isObject(value['trace']) ? value['trace'] : value
  const groups = trace['resourceSpans'] ?? trace['resource_spans'] ?? trace['batches']
  return { resourceSpans: Array.isArray(groups) ? groups.map(withHexIds) : groups }
}

function withHexIds(value: unknown, key?: unknown): unknown {
  if (typeof value === 'string') return typeof key === 'string' && IDS.includes(key) ? hexOf(value) : value
  if (Array.isArray(value)) return value.map((item) => withHexIds(item))
  if (!isObject(value)) return value
  // attributes are written by users and contain no ids
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === 'attributes' ? inner : withHexIds(inner, name)]),
  )
}

/** Returns an id as hexadecimal digits; 8 or 16 bytes in base64 have other lengths than in hexadecimal digits. */
function hexOf(id: string): string {
  if (!/^[\w+/-]+={0,2}$/.test(id)) return id
  const digits = id.replaceAll('=', '').length
  return digits === 11 || digits === 22 ? Buffer.from(id, 'base64').toString('hex') : id
}
