import { context, diag, type DiagLogger, SpanStatusCode } from '@opentelemetry/api'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { timesPlainWork } from '../../../test/calibrated.ts'
import { lossCounts, TrackingError } from './index.ts'
import { carryContexts, Telemetry } from './telemetry.fixture.ts'

const warn = vi.fn<DiagLogger['warn']>()

beforeAll(() => {
  carryContexts()
  diag.setLogger({ warn, error: warn, info: () => {}, debug: () => {}, verbose: () => {} })
})
afterAll(() => {
  context.disable()
  diag.disable()
})

let telemetry: Telemetry
beforeEach(() => {
  telemetry = new Telemetry()
})

const long = 'x'.repeat(1_000_000)

describe('names', () => {
  test.each([
    ['quotes and newlines', `it's "a"\n\tname\r\n`, `it's "a"\n\tname\r\n`],
    ['SQL', `'); DROP TABLE otel_traces; --`, `'); DROP TABLE otel_traces; --`],
    ['HTML', '<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['right to left', 'مرحبا \u202Eabc', 'مرحبا \u202Eabc'],
    ['emoji', '🚀👩‍👩‍👧‍👦', '🚀👩‍👩‍👧‍👦'],
    ['one space', ' ', ' '],
    ['a prototype', '__proto__', '__proto__'],
    ['NUL', 'a\0b\0', 'ab'],
    ['a million characters', long, `${'x'.repeat(999)}…`],
    ['an emoji at the cut', `${'x'.repeat(998)}🚀🚀`, `${'x'.repeat(998)}…`],
  ])('%s: recorded, cleaned where need be', async (_, given, recorded) => {
    const runId = await telemetry.manager.withRun(given, { runId: `id ${given}` }, async (run) => {
      await run.withTask(given, () => {})
      return run.runId
    })
    const [task, run] = telemetry.spans
    expect([task?.name, run?.name]).toEqual([recorded, recorded])
    expect(run?.attributes['workflow.name']).toBe(recorded)
    expect(runId.length).toBeLessThanOrEqual(1000)
    expect((await telemetry.manager.getRun(runId))?.tasks[0]?.nodeId).toBe(recorded)
  })

  test.each([[''], ['\0\0'], [undefined], [null], [42], [{}], [[]], [Symbol('s')]])('%s: refused', async (bad) => {
    const name = bad as string
    const refused = expect.objectContaining({ code: 'INVALID_NAME' })
    let called = false
    const body = (): void => void (called = true)
    await expect(telemetry.manager.withRun(name, body)).rejects.toEqual(refused)
    const run = telemetry.manager.startRun('r')
    await expect(run.withTask(name, body)).rejects.toEqual(refused)
    expect(() => run.startTask(name)).toThrow(TrackingError)
    expect(() => run.skipTask(name, 'why')).toThrow(TrackingError)
    expect(() => telemetry.manager.startRun(name)).toThrow('must be a non-empty string')
    expect(called).toBe(false)
    run.complete()
    expect(telemetry.spans.map((span) => span.name)).toEqual(['r'])
  })
})

describe('thrown values', () => {
  const silent = Object.assign(Object.create(null) as object, {
    toString: () => {
      throw new Error('no')
    },
  })
  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap')
      },
      ownKeys: () => {
        throw new Error('trap')
      },
    },
  )
  class OrderError extends Error {}
  test.each([
    ['a class of errors', new OrderError('late'), 'OrderError', 'late'],
    ['a named error', Object.assign(new Error('m'), { name: 'Custom', code: 'E1' }), 'Custom', 'm'],
    ['a DOMException', new DOMException('gone', 'NotFoundError'), 'NotFoundError', 'gone'],
    ['an error without message', new TypeError(''), 'TypeError', ''],
    ['a text', 'x', 'string', 'x'],
    ['an empty text', '', 'string', 'an empty string was thrown'],
    ['undefined', undefined, 'undefined', 'undefined was thrown'],
    ['null', null, 'null', 'null was thrown'],
    ['a number', Number.NaN, 'number', 'NaN'],
    ['a bigint', 10n, 'bigint', '10'],
    ['a symbol', Symbol('s'), 'symbol', 'Symbol(s)'],
    ['an object', { status: 404 }, 'Object', '{"status":404}'],
    ['an object with a message', { message: 'm', name: 'HttpError' }, 'HttpError', 'm'],
    ['a function', function oops() {}, 'function', 'function oops was thrown'],
    ['an array', [1, 2], 'Array', '[1,2]'],
    ['something without toString', silent, 'Error', '{}'],
    ['a proxy that throws at everything', trap, 'Error', '"[threw: trap]"'],
  ])('%s comes back as it was and is recorded', async (_, thrown, type, message) => {
    const caught = await telemetry.manager
      .withRun('r', (run) => run.withTask('t', () => Promise.reject(thrown)))
      .catch((error: unknown) => [error])
    expect(Object.is((caught as unknown[])[0], thrown)).toBe(true)
    for (const name of ['t', 'r']) {
      const span = telemetry.span(name)
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message })
      expect(span.attributes['error.type']).toBe(type)
      expect(span.events[0]?.attributes).toMatchObject({ 'exception.type': type, 'exception.message': message })
    }
  })

  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    return proxy
  }
  test.each([
    ['a revoked proxy', revoked()],
    ['an error whose members are one', Object.assign(new Error('m'), { errors: revoked() })],
    [
      'an error whose name throws',
      Object.defineProperty(new Error('m'), 'name', {
        get: () => {
          throw new Error('name')
        },
      }),
    ],
  ])('%s comes back as it was, with an aborted signal too', async (_, thrown) => {
    const caught = await telemetry.manager
      .withRun('r', { signal: AbortSignal.abort() }, () => Promise.reject(thrown))
      .catch((error: unknown) => [error])
    expect(Object.is((caught as unknown[])[0], thrown)).toBe(true)
    expect(telemetry.span('r').attributes['workflow.run.status']).toBe('failed')
    expect(telemetry.span('r').status.message).toEqual(expect.any(String))
  })

  test('messages and stacks are bounded; causes and members are told', () => {
    const root = new Error('root')
    const many = new AggregateError([new Error('first'), 'second'], long, { cause: root })
    root.cause = many
    const task = telemetry.manager.startRun('r').startTask('t')
    task.fail(many)
    const event = telemetry.span('t').events[0]?.attributes ?? {}
    expect(String(event['exception.message'])).toHaveLength(32 * 1024)
    expect(String(event['exception.stacktrace']).length).toBeLessThanOrEqual(64 * 1024)
    const short = telemetry.manager.startRun('r2').startTask('t2')
    short.fail(new AggregateError([new Error('first'), 'second'], 'both', { cause: new Error('root') }))
    const stack = String(telemetry.span('t2').events[0]?.attributes?.['exception.stacktrace'])
    expect(stack).toMatch(
      /AggregateError: both[^]*\[error 1 of 2\] Error: first[^]*\[error 2 of 2\] second[^]*\[cause\] Error: root/,
    )
  })
})

describe('metadata', () => {
  const circular: Record<string, unknown> = { a: 1 }
  circular['self'] = circular
  const throwing = {
    get bad(): string {
      throw new Error('getter')
    },
    good: 1,
  }
  const shared = { x: 1 }
  test.each([
    ['circular', circular, '{"a":1,"self":"[circular]"}'],
    ['the same object twice', { a: shared, b: shared }, '{"a":{"x":1},"b":{"x":1}}'],
    ['throwing getters', throwing, '{"bad":"[threw: getter]","good":1}'],
    [
      'a throwing toJSON',
      {
        a: {
          toJSON: () => {
            throw new Error('json')
          },
        },
      },
      '{"a":"[threw: json]"}',
    ],
    ['bigints', { a: 10n }, '{"a":"10"}'],
    [
      'what is no finite number',
      { a: Number.NaN, b: Infinity, c: -0, d: 1e308 },
      '{"a":"NaN","b":"Infinity","c":0,"d":1e+308}',
    ],
    ['functions, symbols, undefined', { a: () => {}, b: Symbol('s'), c: undefined, d: [() => {}] }, '{"d":[null]}'],
    ['dates', { a: new Date(0) }, '{"a":"1970-01-01T00:00:00.000Z"}'],
    ['maps and sets', { a: new Map([['k', 1]]), b: new Set([1]) }, '{"a":{"k":1},"b":[1]}'],
    ['bytes', { a: new Uint8Array(5) }, '{"a":"[Uint8Array, 5 bytes]"}'],
    ['errors', { a: new RangeError('far') }, '{"a":{"name":"RangeError","message":"far"}}'],
    ['a key __proto__', JSON.parse('{"__proto__":{"x":1}}') as object, '{"__proto__":{"x":1}}'],
    ['NUL', { 'a\0': 'b\0' }, '{"a":"b"}'],
    ['no object', 7, '{"value":7}'],
    ['an array', [1], '{"value":[1]}'],
    ['null', null, '{"value":null}'],
  ])('%s', (_, metadata, json) => {
    telemetry.manager.startRun('r', { metadata }).complete()
    expect(telemetry.span('r').attributes['workflow.run.metadata']).toBe(json)
  })

  const deep: Record<string, unknown> = {}
  let bottom = deep
  for (let depth = 0; depth < 100_000; depth++) bottom = bottom['d'] = {} as Record<string, unknown>
  const bomb = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner, inner], 'boom')
  test.each([
    ['a long text', { a: long, b: 2 }],
    ['escapes', { a: '\u0001'.repeat(60_000) }],
    ['three bytes a character', { a: '漢'.repeat(60_000) }],
    ['a million keys', Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, index]))],
    ['an endless array', { a: Array.from<number>({ length: 5_000_000 }) }],
    ['100,000 levels', deep],
    ['a doubling list', bomb],
  ])('%s: at most 64 kB of valid JSON, soon', async (_, metadata) => {
    expect(timesPlainWork(() => telemetry.manager.startRun('other', { metadata }).complete())).toBeLessThan(50)
    const run = telemetry.manager.startRun('r', { metadata })
    run.complete()
    const json = String(telemetry.span('r').attributes['workflow.run.metadata'])
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(64 * 1024)
    expect((await telemetry.manager.getRun(run.runId))?.metadata).toEqual(JSON.parse(json))
  })
})

describe('numbers and lists', () => {
  test.each([
    ['negative', -1.5, -1.5],
    ['huge', Number.MAX_VALUE, Number.MAX_VALUE],
    ['NaN', Number.NaN, undefined],
    ['Infinity', Infinity, undefined],
    ['a text', '5' as unknown as number, undefined],
    ['undefined', undefined as unknown as number, undefined],
  ])('a custom metric that is %s', (_, value, recorded) => {
    const task = telemetry.manager.startRun('r').startTask('t')
    task.setMetric('rows', value)
    task.complete()
    expect(telemetry.span('t').attributes['workflow.task.metric.rows']).toBe(recorded)
  })

  test('refused metrics are counted each time and logged once', () => {
    const before = lossCounts()['custom-metric-refused'] ?? 0
    const task = telemetry.manager.startRun('r').startTask('t')
    for (let index = 0; index < 5; index++) task.setMetric('rows', Number.NaN)
    for (let index = 0; index < 70; index++) task.setMetric(`m${index}`, index)
    expect(lossCounts()['custom-metric-refused']).toBe(before + 5 + 6)
    expect(warn.mock.calls.filter(([text]) => text.includes('custom-metric-refused'))).toHaveLength(1)
  })

  test.each([
    ['an attempt', { attempt: -1 }, 'workflow.task.attempt', 1],
    ['half an attempt', { attempt: 1.5 }, 'workflow.task.attempt', 1],
    ['NaN attempts', { attempt: Number.NaN }, 'workflow.task.attempt', 1],
    ['a queue time of NaN', { queueSeconds: Number.NaN }, 'workflow.task.queue_time', undefined],
    ['a negative queue time', { queueSeconds: -5 }, 'workflow.task.queue_time', 0],
    ['a time to come', { readyAt: Date.now() + 1e6 }, 'workflow.task.queue_time', 0],
    ['an invalid date', { readyAt: new Date(Number.NaN) }, 'workflow.task.queue_time', undefined],
    [
      'dependencies that are no list',
      { dependencies: 'a' as unknown as string[] },
      'workflow.task.dependencies',
      undefined,
    ],
    [
      'odd dependencies',
      { dependencies: ['a', '', 7 as unknown as string, 'a', 'b\0'] },
      'workflow.task.dependencies',
      ['a', 'b'],
    ],
    ['no options', null as unknown as undefined, 'workflow.task.attempt', 1],
  ])('%s', (_, options, key, recorded) => {
    telemetry.manager.startRun('r').startTask('t', options).complete()
    expect(telemetry.span('t').attributes[key]).toEqual(recorded)
  })

  test('odd tags, triggers and attributes are cleaned or left out', () => {
    const attributes = {
      get bad(): string {
        throw new Error('getter')
      },
      'workflow.name': 'forged',
      long,
    }
    const run = telemetry.manager.startRun('r', {
      tags: ['a', 1 as unknown as string, '\0', ...Array.from({ length: 200 }, (_, index) => `t${index}`)],
      trigger: 5 as unknown as string,
      parentRunId: '',
      attributes,
    })
    const task = run.startTask('t', { attributes: { 'workflow.name': 'forged', long } })
    task.setAttribute('workflow.task.status', 'forged')
    task.complete()
    task.setAttribute('late', 1)
    run.complete()
    const span = telemetry.span('r')
    expect(span.attributes['workflow.run.tags']).toHaveLength(100)
    expect(span.attributes).not.toHaveProperty('workflow.run.trigger')
    expect(span.attributes).not.toHaveProperty('workflow.run.parent.id')
    expect(span.attributes['workflow.name']).toBe('r')
    expect(telemetry.span('t').attributes).toMatchObject({ 'workflow.name': 'r', 'workflow.task.status': 'completed' })
    expect(String(telemetry.span('t').attributes['long'])).toHaveLength(64 * 1024)
  })

  test.each([[long], [''], [undefined], [new Error('e')], [{}]])(
    'a reason that is odd is a text all the same',
    (reason) => {
      const run = telemetry.manager.startRun('r')
      run.skipTask('t', reason as string)
      run.startTask('u').cancel(reason)
      run.cancel(reason)
      for (const name of ['t', 'u']) {
        const text = telemetry.span(name).attributes['workflow.task.reason']
        expect(text).toEqual(expect.any(String))
        expect(String(text).length).toBeGreaterThan(0)
        expect(String(text).length).toBeLessThanOrEqual(4096)
      }
    },
  )
})
