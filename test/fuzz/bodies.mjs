/* Requests that have every field of their signal, and values of the wrong type. */

export const SIGNALS = ['traces', 'logs', 'metrics']

const attributes = [
  { key: 'text', value: { stringValue: 'é' } },
  { key: 'flag', value: { boolValue: true } },
  { key: 'whole', value: { intValue: '-9223372036854775808' } },
  { key: 'double', value: { doubleValue: 0.5 } },
  { key: 'bytes', value: { bytesValue: 'AAE=' } },
  { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'a' }] } } },
  { key: 'map', value: { kvlistValue: { values: [{ key: 'inner', value: { boolValue: false } }] } } },
]
const traceId = '0123456789abcdef0123456789abcdef'
const spanId = '0123456789abcdef'
const start = '1795864000000000000'
const end = '1795864001000000000'
const resource = { attributes, droppedAttributesCount: 1 }
const scope = { name: 's', version: '1', attributes, droppedAttributesCount: 2 }
const schemaUrl = 'https://opentelemetry.io/schemas/1.40.0'
const exemplars = [
  { timeUnixNano: start, asDouble: 1.5, spanId, traceId, filteredAttributes: attributes },
  { timeUnixNano: start, asInt: '-3', spanId, traceId },
]
const point = { attributes, startTimeUnixNano: start, timeUnixNano: end, flags: 1, exemplars }
const distribution = { ...point, count: '3', sum: 1.5, min: 0, max: 2 }
const temporality = { aggregationTemporality: 2 }

/** One request a signal. */
export const EVERY_FIELD = {
  traces: {
    resourceSpans: [
      {
        resource,
        schemaUrl,
        scopeSpans: [
          {
            scope,
            schemaUrl,
            spans: [
              {
                traceId,
                spanId,
                traceState: 'a=b',
                parentSpanId: spanId,
                name: 'n',
                kind: 3,
                startTimeUnixNano: start,
                endTimeUnixNano: end,
                attributes,
                events: [{ timeUnixNano: start, name: 'e', attributes }],
                links: [{ traceId, spanId, traceState: 'c=d', attributes }],
                status: { code: 2, message: 'm' },
              },
            ],
          },
        ],
      },
    ],
  },
  logs: {
    resourceLogs: [
      {
        resource,
        schemaUrl,
        scopeLogs: [
          {
            scope,
            schemaUrl,
            logRecords: [
              {
                timeUnixNano: start,
                observedTimeUnixNano: end,
                severityNumber: 9,
                severityText: 'INFO',
                body: { stringValue: 'b' },
                attributes,
                flags: 1,
                traceId,
                spanId,
                eventName: 'e',
              },
            ],
          },
        ],
      },
    ],
  },
  metrics: {
    resourceMetrics: [
      {
        resource,
        schemaUrl,
        scopeMetrics: [
          {
            scope,
            schemaUrl,
            metrics: [
              { name: 'g', description: 'd', unit: 'u', gauge: { dataPoints: [{ ...point, asInt: '1' }] } },
              { name: 's', sum: { ...temporality, isMonotonic: true, dataPoints: [{ ...point, asDouble: 1.5 }] } },
              {
                name: 'h',
                histogram: {
                  ...temporality,
                  dataPoints: [{ ...distribution, bucketCounts: ['1', '2'], explicitBounds: [1] }],
                },
              },
              {
                name: 'e',
                exponentialHistogram: {
                  ...temporality,
                  dataPoints: [
                    {
                      ...distribution,
                      scale: -1,
                      zeroCount: '1',
                      positive: { offset: 1, bucketCounts: ['1'] },
                      negative: { offset: -1, bucketCounts: ['1'] },
                    },
                  ],
                },
              },
              {
                name: 'y',
                summary: {
                  dataPoints: [{ ...point, count: '1', sum: 1, quantileValues: [{ quantile: 0.5, value: 1 }] }],
                },
              },
            ],
          },
        ],
      },
    ],
  },
}

/** Values of every JSON type, and values that resemble another type. */
export const WRONG_VALUES = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  'x',
  '0x10',
  '9'.repeat(20),
  '9'.repeat(400),
  'NaN',
  'SPAN_KIND_SERVER',
  [],
  [null],
  [[]],
  ['x'],
  [1, 'x'],
  {},
  { length: 3 },
  { stringValue: 1 },
]

/** Returns the path of every value in a body, as keys from the outside. */
export function pathsOf(body) {
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([key, value]) => [[key], ...pathsOf(value).map((path) => [key, ...path])])
}

/** Returns a copy of a body with another value at a path. */
export function withValueAt(body, path, value) {
  // structuredClone would keep an object that is at several places as one
  const copy = JSON.parse(JSON.stringify(body))
  let owner = copy
  for (const key of path.slice(0, -1)) owner = owner[key]
  owner[path.at(-1)] = value
  return copy
}
