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

/** Returns whether a value is a span of Zipkin's second version. */
export function isZipkin(value: Json): boolean {
  return (
    typeof value['traceId'] === 'string' &&
    typeof value['id'] === 'string' &&
    !('spanId' in value) &&
    !Array.isArray(value['binaryAnnotations'])
  )
}

/** Returns OTLP, converted like the collector's own receiver for Zipkin; tags are text. */
export function zipkinToOtlp(span: Json): object {
  const tags = isObject(span['tags']) ? span['tags'] : {}
  const service = endpointOf(span['localEndpoint'])
  const traceId = paddedId(span['traceId'], 32, 'traceId')
  const start = nanosecondsOf(span['timestamp'], 'timestamp')
  if (traceId === '') throw notTaken('a span has no traceId')
  const scope = {
    name: textOr(tags['otel.scope.name'], textOr(tags['otel.library.name'], '')),
    version: textOr(tags['otel.scope.version'], textOr(tags['otel.library.version'], '')),
  }
  return {
    resourceSpans: [
      {
        resource: { attributes: [attributeOf('service.name', service.name)] },
        scopeSpans: [
          {
            scope,
            spans: [
              {
                traceId,
                spanId: paddedId(span['id'], 16, 'id'),
                parentSpanId: paddedId(span['parentId'], 16, 'parentId'),
                name: span['name'],
                kind: KINDS[textOr(span['kind'], '').toLowerCase()] ?? 1,
                startTimeUnixNano: String(start),
                endTimeUnixNano: String(start + nanosecondsOf(span['duration'], 'duration')),
                attributes: [
                  ...Object.entries(tags)
                    .filter(([key]) => !FIELDS.has(key))
                    .map(([key, value]) => attributeOf(key, value)),
                  ...peerOf(span['remoteEndpoint']),
                ],
                status: statusOf(tags),
                events: objects(span['annotations'], 'annotations').map((annotation) => ({
                  timeUnixNano: String(nanosecondsOf(annotation['timestamp'], 'timestamp')),
                  name: annotation['value'],
                })),
              },
            ],
          },
        ],
      },
    ],
  }
}

/** Tags that are fields in OTLP. */
const FIELDS = new Set([
  'otel.status_code',
  'otel.status_description',
  'otel.scope.name',
  'otel.scope.version',
  'otel.library.name',
  'otel.library.version',
])

/** Returns the status. Only failed spans have a tag `error`, which holds the reason. */
function statusOf(tags: Json): Json {
  const error = tags['error']
  const failed = error !== undefined && error !== 'false' && error !== false
  const code = STATUS_CODES[textOr(tags['otel.status_code'], '').toUpperCase()] ?? (failed ? 2 : 0)
  const reason = textOr(error, '')
  return { code, message: textOr(tags['otel.status_description'], reason === 'true' ? '' : reason) }
}

function endpointOf(value: unknown): { readonly name: string; readonly endpoint: Json } {
  const endpoint = isObject(value) ? value : {}
  return { name: textOr(endpoint['serviceName'], ''), endpoint }
}

function peerOf(value: unknown): Json[] {
  const { name, endpoint } = endpointOf(value)
  const known: readonly (readonly [string, unknown])[] = [
    ['peer.service', name === '' ? undefined : name],
    ['network.peer.address', endpoint['ipv4'] ?? endpoint['ipv6']],
    ['network.peer.port', endpoint['port']],
  ]
  return known.filter(([, item]) => item !== undefined && item !== null).map(([key, item]) => attributeOf(key, item))
}
