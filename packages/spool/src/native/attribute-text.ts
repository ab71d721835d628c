/**
 * Returns an attribute value as the collector's ClickHouse exporter writes it into `Map(LowCardinality(String), String)`:
 * numbers as `String()` prints them, booleans as words, null as nothing, bytes as base64, arrays and maps as compact JSON
 * with sorted keys.
 */
export function attributeText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return value === 0 && Object.is(value, -0) ? '-0' : String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint':
      return value.toString()
    case 'object':
      if (value === null) return ''
      if (value instanceof Uint8Array) return base64(value)
      try {
        return jsonText(value, 0, { left: MAX_VALUES }) ?? ''
      } catch {
        return '' // a getter or proxy that throws has no value
      }
    default:
      return ''
  }
}

/** Returns bytes as base64, like the collector. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** Maximum depth; deeper values are cut, so that no telemetry exhausts the stack. */
const MAX_DEPTH = 64
/** Maximum values; later ones become null. Objects that contain themselves, or each other many times, are endless. */
const MAX_VALUES = 20_000

/**
 * Returns compact JSON with sorted keys; undefined for a number without a JSON form (NaN, ±Infinity), for which the collector
 * writes nothing.
 */
function jsonText(value: unknown, depth: number, budget: { left: number }): string | undefined {
  switch (typeof value) {
    case 'string':
      return jsonString(value)
    case 'number':
      return Number.isFinite(value) ? attributeText(value) : undefined
    case 'boolean':
    case 'bigint':
      return attributeText(value)
    case 'object':
      break
    default:
      return 'null'
  }
  if (value === null || depth > MAX_DEPTH || budget.left-- <= 0) return 'null'
  if (value instanceof Uint8Array) return `"${base64(value)}"`
  let json = ''
  if (Array.isArray(value)) {
    for (const item of value) {
      if (budget.left-- <= 0) break
      const text = jsonText(item, depth + 1, budget)
      if (text === undefined) return undefined
      json += json === '' ? text : `,${text}`
    }
    return `[${json}]`
  }
  for (const key of Object.keys(value).sort(compareBytes)) {
    if (budget.left-- <= 0) break
    const text = jsonText((value as Record<string, unknown>)[key], depth + 1, budget)
    if (text === undefined) return undefined
    json += `${json === '' ? '' : ','}${jsonString(key)}:${text}`
  }
  return `{${json}}`
}

const LINE_SEPARATORS = /[\u2028\u2029]/g
const NOTHING_TO_ESCAPE = /^[ !#-[\]-~]*$/

function jsonString(text: string): string {
  if (NOTHING_TO_ESCAPE.test(text)) return `"${text}"`
  // the collector's encoder escapes the two line separators that JSON.stringify does not
  return JSON.stringify(text.toWellFormed()).replace(LINE_SEPARATORS, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'))
}

/** Compares texts by their UTF-8 bytes: like `<`, except that characters beyond U+FFFF, two units here, come last. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return byteRank(x) - byteRank(y)
  }
  return a.length - b.length
}

function byteRank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}
