/**
 * SQL: whether a span's status is an error, as the collector's exporter writes it now, and as it did before August 2024.
 */
export const IS_ERROR = `StatusCode IN ('Error', 'STATUS_CODE_ERROR')`

/** Returns SQL of the status in an attribute, else of the span's. */
export function statusSaid(attributeName: string): string {
  return `if(${attribute(attributeName)} != '', ${attribute(attributeName)}, if(${IS_ERROR}, 'failed', 'completed'))`
}

/** Returns SQL of a span attribute, empty if absent. */
export function attribute(name: string): string {
  return `SpanAttributes['${name}']`
}

/** Returns SQL of an attribute of the span's first event with this name, empty without one. */
export function eventAttribute(event: string, name: string): string {
  return `Events.Attributes[indexOf(Events.Name, '${event}')]['${name}']`
}

/** Returns SQL of whether the span has an event with this name. */
export function hasEvent(event: string): string {
  return `has(Events.Name, '${event}')`
}

/** Returns SQL of `value` translated by a table; `otherwise` for a missing one. */
export function translate(value: string, table: Readonly<Record<string, string>>, otherwise: string): string {
  const list = (items: readonly string[]): string => `[${items.map((item) => `'${item}'`).join(', ')}]`
  return `transform(${value}, ${list(Object.keys(table))}, ${list(Object.values(table))}, '${otherwise}')`
}

/** Returns SQL of an attribute in seconds as whole nanoseconds: 0 if it is not a number, at most 64 bits. */
export function secondsAsNanoseconds(name: string): string {
  return `toUInt64(least(1e10, greatest(0, ifNotFinite(ifNull(toFloat64OrNull(${attribute(name)}), 0), 0))) * 1e9)`
}
