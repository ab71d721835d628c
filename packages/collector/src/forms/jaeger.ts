import {
  attributeOf,
  isObject,
  type Json,
  KINDS,
  nanosecondsOf,
  notTaken,
  objects,
  paddedId,
  STATUS_CODES,
  textOr,
} from './values.ts'

/** Returns whether a value is an answer of Jaeger, or a file saved in its page: traces in `data`, or one of them. */
export function isJaeger(value: Json): boolean {
  const { data } = value
  return (
    isTrace(value) ||
    (Array.isArray(data) && data.every((trace) => isObject(trace) && isTrace(trace)) && data.length > 0)
  )
}

function isTrace(value: Json): boolean {
  return Array.isArray(value['spans']) && isObject(value['processes'])
}

/** Returns OTLP, converted like the collector's own receiver for Jaeger: one resource a process. */
export function jaegerToOtlp(value: Json): object {
  const traces = isTrace(value) ? [value] : objects(value['data'], 'data')
  return { resourceSpans: traces.flatMap(resourceSpansOf) }
}

function resourceSpansOf(trace: Json): Json[] {
  const processes = isObject(trace['processes']) ? trace['processes'] : {}
  const groups = new Map<string, Json[]>()
  for (const span of objects(trace['spans'], 'spans')) {
    const group = [textOr(span['processID'], ''), ...scopeOf(tagsOf(span['tags'], 'tags'))]
    const key = JSON.stringify(group)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [span])
    else known.push(span)
  }
  return [...groups].map(([key, spans]) => {
    const [id, name, version] = JSON.parse(key) as [string, string, string]
    const own = Object.hasOwn(processes, id) ? processes[id] : undefined
    const process = isObject(own) ? own : isObject(spans[0]?.['process']) ? spans[0]['process'] : {}
    return {
      resource: {
        attributes: [
          attributeOf('service.name', textOr(process['serviceName'], '')),
          ...[...tagsOf(process['tags'], 'process tags')].map(([tag, tagValue]) => ({ key: tag, value: tagValue })),
        ],
      },
      scopeSpans: [{ scope: { name, version }, spans: spans.map(spanOf) }],
    }
  })
}

type Tags = Map<string, Json>

/** Returns the values of tags as OTLP. */
function tagsOf(value: unknown, what: string): Tags {
  return new Map(objects(value, what).map((tag) => [textOr(tag['key'], ''), tagValueOf(tag)]))
}

function tagValueOf(tag: Json): Json {
  const value = tag['value']
  switch (textOr(tag['type'], '').toLowerCase()) {
    case 'bool':
      return { boolValue: value === true || value === 'true' }
    case 'int64':
      return { intValue: value }
    case 'float64':
      return { doubleValue: value }
    case 'binary':
      return { bytesValue: value }
    default:
      return attributeOf('', value)['value'] as Json
  }
}

function textOfTag(tags: Tags, ...names: readonly string[]): string {
  for (const name of names) {
    const value = tags.get(name)
    if (value !== undefined) return textOr(value['stringValue'], '')
  }
  return ''
}

function scopeOf(tags: Tags): [name: string, version: string] {
  return [
    textOfTag(tags, 'otel.scope.name', 'otel.library.name'),
    textOfTag(tags, 'otel.scope.version', 'otel.library.version'),
  ]
}

/** Tags that are fields in OTLP. */
const FIELDS = new Set([
  'span.kind',
  'otel.status_code',
  'otel.status_description',
  'otel.scope.name',
  'otel.scope.version',
  'otel.library.name',
  'otel.library.version',
  'w3c.tracestate',
  'internal.span.format',
])

function spanOf(span: Json): Json {
  const tags = tagsOf(span['tags'], 'tags')
  const traceId = paddedId(span['traceID'], 32, 'traceID')
  const start = nanosecondsOf(span['startTime'], 'startTime')
  const references = objects(span['references'], 'references').map((reference) => ({
    isParent: reference['refType'] === 'CHILD_OF',
    traceId: paddedId(reference['traceID'], 32, 'traceID'),
    spanId: paddedId(reference['spanID'], 16, 'spanID'),
  }))
  const parent =
    references.find((reference) => reference.isParent && reference.traceId === traceId) ??
    references.find((reference) => reference.traceId === traceId)
  if (traceId === '') throw notTaken('a span has no traceID')
  return {
    traceId,
    spanId: paddedId(span['spanID'], 16, 'spanID'),
    parentSpanId: parent?.spanId ?? paddedId(span['parentSpanID'], 16, 'parentSpanID'),
    traceState: textOfTag(tags, 'w3c.tracestate'),
    name: span['operationName'],
    kind: KINDS[textOfTag(tags, 'span.kind')] ?? 0,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + nanosecondsOf(span['duration'], 'duration')),
    attributes: [...tags].filter(([key]) => !FIELDS.has(key)).map(([key, value]) => ({ key, value })),
    status: statusOf(tags),
    events: objects(span['logs'], 'logs').map(eventOf),
    links: references
      .filter((reference) => reference !== parent)
      .map((reference) => ({ traceId: reference.traceId, spanId: reference.spanId })),
  }
}

function statusOf(tags: Tags): Json {
  const error = tags.get('error')
  const failed = error?.['boolValue'] === true || error?.['stringValue'] === 'true'
  const code = STATUS_CODES[textOfTag(tags, 'otel.status_code').toUpperCase()] ?? (failed ? 2 : 0)
  return { code, message: textOfTag(tags, 'otel.status_description') }
}

function eventOf(log: Json): Json {
  const fields = tagsOf(log['fields'], 'fields')
  const name = textOfTag(fields, 'event')
  return {
    timeUnixNano: String(nanosecondsOf(log['timestamp'], 'timestamp')),
    name,
    attributes: [...fields].filter(([key]) => key !== 'event' || name === '').map(([key, value]) => ({ key, value })),
  }
}
