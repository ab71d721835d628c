import { schemaFiles } from '@runspan/clickhouse'
import { type Source, type SpanRow, type Time } from '@runspan/spool'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

// A view that fails on a value keeps its table's rows waiting: no value may make one fail.

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

const SQL = schemaFiles()
  .flatMap(({ statements }) => statements)
  .join('\n')
const named = (pattern: RegExp): string[] => [...new Set([...SQL.matchAll(pattern)].map((match) => match[1]!))]

const VALUES = [
  '',
  '0',
  '-1',
  '1.5',
  'nan',
  'inf',
  '-inf',
  '1e400',
  '65536',
  '18446744073709551616',
  '-9223372036854775809',
  '[',
  '["a", 1, null, {"b": []}]',
  '{"a": "b"}',
  'null',
  '\0',
  'ü\u2028"\'\\',
  '9'.repeat(400),
  'x'.repeat(5000),
]
const TIMES: Time[] = [
  [0, 0],
  [1_790_000_000, 999_999_999],
  [9_223_372_035, 999_999_999],
]
const DURATIONS = [0, 1, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]

const source = (scopeName: string, value: string): Source => ({
  resource: { 'service.version': value, 'service.instance.id': value },
  serviceName: value,
  resourceSchemaUrl: '',
  scopeName,
  scopeVersion: value,
  scopeAttributes: {},
  scopeDroppedAttributes: 0,
  scopeSchemaUrl: '',
})

test('no value of anything that the rules read keeps a span or a log record out', async () => {
  const scopes = named(/ScopeName = '([^']+)'/g)
  const attributeNames = named(/SpanAttributes\['([^']+)'\]/g)
  const logNames = named(/LogAttributes\['([^']+)'\]/g)
  const events = named(/(?:Events\.Name, |has\(Events\.Name, )'([^']+)'/g)
  const eventNames = named(/\)\]\['([^']+)'\]/g)
  const spanNames = [
    'span',
    ...named(/SpanName(?: = |, )'([^']+)'/g).map((name) => (name.endsWith('.') ? `${name}x` : name)),
  ]
  const operations = ['', 'process', 'complete', 'fail']
  for (const list of [scopes, attributeNames, logNames, events, eventNames]) expect(list.length).toBeGreaterThan(1)
  expect(spanNames.length).toBeGreaterThan(3)

  let spans = 0
  let logs = 0
  for (const [i, value] of VALUES.entries()) {
    const all = (names: readonly string[]): Record<string, string> =>
      Object.fromEntries(names.map((name) => [name, value]))
    for (const scope of scopes) {
      for (const name of spanNames) {
        const operation = operations[spans % operations.length]!
        const row: SpanRow = {
          source: source(scope, value),
          start: TIMES[spans % TIMES.length]!,
          duration: DURATIONS[spans % DURATIONS.length]!,
          traceId: value,
          spanId: `${spans}`,
          parentSpanId: value,
          traceState: value,
          name,
          kind: value,
          attributes: {
            ...all(attributeNames),
            ...(operation === '' ? {} : { 'bullmq.queue.operation': operation, 'bullmq.job.id': 'j' }),
          },
          statusCode: i % 2 === 0 ? 'Error' : value,
          statusMessage: value,
          events: events.map((event) => ({ time: TIMES[i % TIMES.length]!, name: event, attributes: all(eventNames) })),
          links: [],
        }
        at.spool.add('otel_traces', row)
        spans++
      }
      at.spool.add('otel_logs', {
        source: source(scope, value),
        time: TIMES[logs % TIMES.length]!,
        traceId: value,
        spanId: value,
        flags: 0,
        severityText: value,
        severityNumber: 0,
        body: value,
        attributes: { ...all(logNames), ...(value === '' ? { 'workflow.run.id': 'r' } : {}) },
        eventName: 'workflow.run.started',
      })
      logs++
    }
  }
  await at.deliver()
  const [counts] = await at.clickhouse.query(
    'SELECT (SELECT count() FROM otel_traces) AS spans, (SELECT count() FROM otel_logs) AS logs, (SELECT count() > 0 FROM workflow_tasks) AS tasks',
  )
  expect(counts).toEqual({ spans, logs, tasks: 1 })
})
