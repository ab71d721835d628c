/**
 * Other JSON names of a message's fields: the protocol's names in snake_case, which the collector accepts too, and names with
 * the same meaning from protocols before 0.16.
 */
const EARLIER: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ResourceSpans: { scopeSpans: ['instrumentationLibrarySpans', 'deprecatedScopeSpans'] },
  ResourceLogs: { scopeLogs: ['instrumentationLibraryLogs', 'deprecatedScopeLogs'] },
  ResourceMetrics: { scopeMetrics: ['instrumentationLibraryMetrics', 'deprecatedScopeMetrics'] },
  ScopeSpans: { scope: ['instrumentationLibrary'] },
  ScopeLogs: { scope: ['instrumentationLibrary'], logRecords: ['logs'] },
  ScopeMetrics: { scope: ['instrumentationLibrary'] },
}

/**
 * Fields with a message's content: a message without them, and with something unknown instead, would be accepted and leave
 * nothing.
 */
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  ResourceSpans: ['scopeSpans'],
  ResourceLogs: ['scopeLogs'],
  ResourceMetrics: ['scopeMetrics'],
  ScopeSpans: ['spans'],
  ScopeLogs: ['logRecords'],
  ScopeMetrics: ['metrics'],
  Metric: ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'],
  Gauge: ['dataPoints'],
  Sum: ['dataPoints'],
  Histogram: ['dataPoints'],
  ExponentialHistogram: ['dataPoints'],
  Summary: ['dataPoints'],
}

/** Returns all other names that a field of a message may have. */
export function otherNames(message: string, field: string): readonly string[] {
  const earlier = EARLIER[message]?.[field] ?? []
  return [field, ...earlier].map(snakeCase).concat(earlier)
}

/** Returns what is wrong with a message that has something unknown in place of its content, or null. */
export function missingContent(message: string, owner: Readonly<Record<string, unknown>>): string | null {
  const content = CONTENT[message]
  if (content === undefined || content.some((name) => owner[name] !== undefined && owner[name] !== null)) return null
  const stranger = Object.keys(owner).find((key) => !KNOWN_BESIDES.has(key) && holdsSomething(owner[key]))
  if (stranger === undefined) return null
  return ` has no ${content.join(', ')}, and ${JSON.stringify(stranger.slice(0, 100))} is not known`
}

/** Fields besides the content that are also an object or a list. */
const KNOWN_BESIDES = new Set(['resource', 'scope', 'metadata', 'attributes', 'entityRefs', 'entity_refs'])

function holdsSomething(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
