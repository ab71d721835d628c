/** Whether a span's status is an error, as the collector's exporter writes it, and as it did before August 2024. */
export const IS_ERROR = `StatusCode IN ('Error', 'STATUS_CODE_ERROR')`

/** The status that an attribute says, else the one of the span. */
export function statusSaid(attributeName: string): string {
  return `if(${attribute(attributeName)} != '', ${attribute(attributeName)}, if(${IS_ERROR}, 'failed', 'completed'))`
}

/** Value of a span attribute, empty if absent. */
export function attribute(name: string): string {
  return `SpanAttributes['${name}']`
}

/** Value of an attribute of the span's first event of this name, empty if there is none. */
export function eventAttribute(event: string, name: string): string {
  return `Events.Attributes[indexOf(Events.Name, '${event}')]['${name}']`
}

/** Whether the span has an event of this name. */
export function hasEvent(event: string): string {
  return `has(Events.Name, '${event}')`
}

/** `value` translated by a table; `otherwise` for what is not in it. */
export function translate(value: string, table: Readonly<Record<string, string>>, otherwise: string): string {
  const list = (items: readonly string[]): string => `[${items.map((item) => `'${item}'`).join(', ')}]`
  return `transform(${value}, ${list(Object.keys(table))}, ${list(Object.values(table))}, '${otherwise}')`
}

/** An attribute that holds seconds as whole nanoseconds: 0 for what is no number, and never more than 64 bits hold. */
export function secondsAsNanoseconds(name: string): string {
  return `toUInt64(least(1e10, greatest(0, ifNotFinite(ifNull(toFloat64OrNull(${attribute(name)}), 0), 0))) * 1e9)`
}
