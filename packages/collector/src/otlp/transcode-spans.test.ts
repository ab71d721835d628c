import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Spool } from '@runspan/spool'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { FILE_BOUNDS, ingestRequest } from '../ingest-request.ts'
import { decodeProtobuf } from './decode-protobuf.ts'
import { requestType } from './proto.ts'
import { TooUnusual, transcodeSpans } from './transcode-spans.ts'

/* The fast path over bytes must write exactly the same as the path over objects. */

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'runspan-transcode-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Returns everything that a spool wrote to disk. */
function written(name: string, add: (spool: Spool) => void): Buffer {
  const place = join(directory, name)
  const spool = new Spool({ directory: place })
  add(spool)
  spool.close()
  return Buffer.concat(
    readdirSync(place)
      .filter((file) => file.endsWith('.segment'))
      .map((file) => readFileSync(join(place, file))),
  )
}

/** Stores a body's spans, all or none. */
function transcode(spool: Spool, body: Buffer): void {
  const batch = spool.batch(FILE_BOUNDS.maxStoredBytes)
  try {
    batch.fill('otel_traces', (block) => transcodeSpans(body, block, FILE_BOUNDS))
    batch.commit()
  } finally {
    batch.discard()
  }
}

let count = 0
function bothWays(...bodies: Buffer[]): { readonly bytes: Buffer; readonly objects: Buffer } {
  count++
  const bytes = written(`bytes-${count}`, (spool) => {
    for (const body of bodies) transcode(spool, body)
  })
  const objects = written(`objects-${count}`, (spool) => {
    for (const body of bodies) ingestRequest(decodeProtobuf(body, 'traces'), spool)
  })
  return { bytes, objects }
}

const encode = (request: object): Buffer => {
  const type = requestType('ExportTraceServiceRequest')
  return Buffer.from(type.encode(type.fromObject(request)).finish())
}

const anyText = fc.string({ unit: 'grapheme', maxLength: 80 })
const key = fc.oneof(fc.constantFrom('a', 'b', 'http.method', 'é', 'workflow.name', ''), anyText)
const value: fc.Arbitrary<object> = fc.oneof(
  fc.constant({}),
  anyText.map((stringValue) => ({ stringValue })),
  fc.string({ minLength: 100, maxLength: 300 }).map((stringValue) => ({ stringValue })),
  fc.boolean().map((boolValue) => ({ boolValue })),
  fc
    .oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.integer().map(BigInt))
    .map((intValue) => ({ intValue: String(intValue) })),
  fc
    .oneof(fc.double(), fc.constantFrom(-0, 0.1, 1e21, Number.NaN, Number.POSITIVE_INFINITY))
    .map((doubleValue) => ({ doubleValue })),
  fc.uint8Array({ maxLength: 20 }).map((bytesValue) => ({ bytesValue })),
  fc.array(anyText, { maxLength: 4 }).map((texts) => ({
    arrayValue: { values: texts.map((stringValue) => ({ stringValue })) },
  })),
  fc.dictionary(anyText, fc.integer(), { maxKeys: 4 }).map((entries) => ({
    kvlistValue: {
      values: Object.entries(entries).map(([name, intValue]) => ({ key: name, value: { intValue } })),
    },
  })),
)
const attributes = fc.array(fc.record({ key, value }, { requiredKeys: [] }), { maxLength: 12 })
const id = (size: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ minLength: size, maxLength: size }),
    fc.constant(new Uint8Array(size)),
    fc.constant(new Uint8Array(0)),
  )
const time = fc.oneof(
  fc.bigInt(1_790_000_000_000_000_000n, 1_790_500_000_000_000_000n).map(String),
  fc.constantFrom('1', '9223372035999999999', '18446744073709551615'),
)
const span = fc.record(
  {
    traceId: id(16),
    spanId: id(8),
    parentSpanId: id(8),
    traceState: anyText,
    name: anyText,
    kind: fc.integer({ min: -1, max: 9 }),
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    attributes,
    events: fc.array(fc.record({ timeUnixNano: time, name: anyText, attributes }, { requiredKeys: [] }), {
      maxLength: 3,
    }),
    links: fc.array(
      fc.record({ traceId: id(16), spanId: id(8), traceState: anyText, attributes }, { requiredKeys: [] }),
      {
        maxLength: 3,
      },
    ),
    status: fc.record({ code: fc.integer({ min: 0, max: 4 }), message: anyText }, { requiredKeys: [] }),
  },
  { requiredKeys: ['startTimeUnixNano'] },
)
const request = fc.record({
  resourceSpans: fc.array(
    fc.record(
      {
        resource: fc.record({ attributes }),
        schemaUrl: anyText,
        scopeSpans: fc.array(
          fc.record(
            {
              scope: fc.record({ name: anyText, version: anyText, attributes }, { requiredKeys: [] }),
              spans: fc.array(span, { maxLength: 6 }),
            },
            { requiredKeys: [] },
          ),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 3 },
  ),
})

test('random requests, one after another', () => {
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 4 }), (requests) => {
      const { bytes, objects } = bothWays(...requests.map(encode))
      expect(bytes.equals(objects)).toBe(true)
    }),
    { numRuns: 150 },
  )
})

test('fields in any order, unknown ones, and the same one again', () => {
  const type = requestType('Span')
  const part = (fields: object): Buffer => Buffer.from(type.encode(type.fromObject(fields)).finish())
  const field = (number: number, content: Buffer): Buffer => {
    const head = [(number << 3) | 2]
    for (let size = content.length; ; size >>>= 7) {
      head.push(size >= 128 ? (size & 127) | 128 : size)
      if (size < 128) break
    }
    return Buffer.concat([Buffer.from(head), content])
  }
  const spanBytes = Buffer.concat([
    part({ name: 'first', startTimeUnixNano: '1790000000000000000', status: { code: 2 } }),
    Buffer.from([0xf8, 0x06, 0x96, 0x01]), // field 111, a varint
    Buffer.from([0xfa, 0x06, 0x02, 0x01, 0x02]), // field 111, bytes
    part({ name: 'second', traceId: new Uint8Array(16).fill(7), status: { message: 'later' } }),
  ])
  const scope = requestType('InstrumentationScope')
  const scopeBytes = Buffer.from(scope.encode(scope.fromObject({ name: 'after the spans' })).finish())
  const body = field(1, field(2, Buffer.concat([field(2, spanBytes), field(1, scopeBytes)])))
  const { bytes, objects } = bothWays(body)
  expect(bytes.length).toBeGreaterThan(100)
  expect(bytes.equals(objects)).toBe(true)
})

describe('damaged records', () => {
  const good = encode({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'x' } }] },
        scopeSpans: [
          { spans: [{ name: 'one', startTimeUnixNano: '1790000000000000000', traceId: new Uint8Array(16).fill(1) }] },
        ],
      },
    ],
  })

  test('is refused wherever it is cut or changed, or read as something else; never a crash, never half a row', () => {
    const spool = new Spool({ directory })
    const refused: string[] = []
    const attempt = (body: Buffer): void => {
      try {
        transcode(spool, body)
      } catch (error) {
        refused.push((error as Error).message)
      }
    }
    for (let end = 1; end < good.length; end++) attempt(good.subarray(0, end))
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(good)
        changed[at] = byte
        attempt(changed)
      }),
      { numRuns: 3000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => attempt(Buffer.from(bytes))),
      { numRuns: 3000 },
    )
    expect(refused.length).toBeGreaterThan(1000)
    expect(refused).not.toContain('')
    transcode(spool, good)
    spool.close()
  })

  test('takes nothing of its request with it', () => {
    const name = 'n'.repeat(10)
    const bad = encode({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                { name, startTimeUnixNano: '1790000000000000000' },
                { name, traceId: new Uint8Array(3) },
              ],
            },
          ],
        },
      ],
    })
    const alone = written('alone', (spool) => transcode(spool, good))
    const beside = written('beside', (spool) => {
      expect(() => transcode(spool, bad)).toThrow('an id is not')
      transcode(spool, good)
    })
    expect(beside.equals(alone)).toBe(true)
  })
})

test('unsupported requests are left to the slow path', () => {
  const days = Array.from({ length: 40 }, (_, i) => ({
    name: 's',
    startTimeUnixNano: `${1_790_000_000 + i * 86_400}000000000`,
  }))
  const many = Array.from({ length: 1001 }, (_, i) => ({ key: `k${i}`, value: { stringValue: 'v' } }))
  const long = [{ key: 'k'.repeat(5000), value: { stringValue: 'v' } }]
  const spool = new Spool({ directory })
  for (const spans of [days, [{ attributes: many }], [{ attributes: long }]]) {
    const body = encode({ resourceSpans: [{ scopeSpans: [{ spans }] }] })
    expect(() => transcode(spool, body)).toThrow(TooUnusual)
  }
  spool.close()
})
