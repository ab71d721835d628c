/**
 * The names that a field of a message may have in JSON besides its own: the protocol's own in snake_case, as the collector takes it too, and
 * those of protocols before 0.16 that mean the same.
 */
const EARLIER: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ResourceSpans: { scopeSpans: ['instrumentationLibrarySpans', 'deprecatedScopeSpans'] },
  ResourceLogs: { scopeLogs: ['instrumentationLibraryLogs', 'deprecatedScopeLogs'] },
  ResourceMetrics: { scopeMetrics: ['instrumentationLibraryMetrics', 'deprecatedScopeMetrics'] },
  ScopeSpans: { scope: ['instrumentationLibrary'] },
  ScopeLogs: { scope: ['instrumentationLibrary'], logRecords: ['logs'] },
  ScopeMetrics: { scope: ['instrumentationLibrary'] },
}

/** What a message is there for: one without it, and with something unknown instead, would be taken and leave nothing. */
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

/** Returns every other name that a field of a message may have. */
export function otherNames(message: string, field: string): readonly string[] {
  const earlier = EARLIER[message]?.[field] ?? []
  return [field, ...earlier].map(snakeCase).concat(earlier)
}

/** Returns what is wrong with a message that has something unknown where its content is expected, or null. */
export function missingContent(message: string, owner: Readonly<Record<string, unknown>>): string | null {
  const content = CONTENT[message]
  if (content === undefined || content.some((name) => owner[name] !== undefined && owner[name] !== null)) return null
  const stranger = Object.keys(owner).find((key) => !KNOWN_BESIDES.has(key) && holdsSomething(owner[key]))
  if (stranger === undefined) return null
  return ` has no ${content.join(', ')}, and ${JSON.stringify(stranger.slice(0, 100))} is not known`
}

/** What stands beside content, and is an object or a list, too. */
const KNOWN_BESIDES = new Set(['resource', 'scope', 'metadata', 'attributes', 'entityRefs', 'entity_refs'])

function holdsSomething(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
