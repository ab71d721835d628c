import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AlwaysOffSampler, SamplingDecision } from '@opentelemetry/sdk-trace-base'
import { attributes } from '@runspan/model'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import packageJson from '../package.json' with { type: 'json' }
import { TrackingError } from './index.ts'
import { carryContexts, Telemetry } from './telemetry.fixture.ts'

beforeAll(carryContexts)
afterAll(() => {
  context.disable()
})

let telemetry: Telemetry
beforeEach(() => {
  telemetry = new Telemetry()
})

const { WORKFLOW_RUN_STATUS, WORKFLOW_TASK_ID, WORKFLOW_TASK_REASON, WORKFLOW_TASK_STATUS } = attributes

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof TrackingError) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('a run', () => {
  test('is a root span with all that was said of it', async () => {
    const result = await telemetry.manager.withRun(
      'nightly',
      { runId: 'run-1', tags: ['eu', 'eu'], trigger: 'schedule', parentRunId: 'run-0', metadata: { day: 24 } },
      () => 42,
    )
    expect(result).toBe(42)
    const run = telemetry.span('nightly')
    expect(run.parentSpanContext).toBeUndefined()
    expect(run.kind).toBe(SpanKind.INTERNAL)
    expect(run.status).toEqual({ code: SpanStatusCode.OK })
    expect(run.instrumentationScope).toMatchObject({ name: 'runspan', version: packageJson.version })
    expect(run.attributes).toEqual({
      'workflow.name': 'nightly',
      'workflow.run.id': 'run-1',
      'workflow.run.status': 'completed',
      'workflow.run.tags': ['eu'],
      'workflow.run.trigger': 'schedule',
      'workflow.run.parent.id': 'run-0',
      'workflow.run.metadata': '{"day":24}',
    })
  })

  test('says its start as a log record, in its trace and at its very start', async () => {
    const handle = telemetry.manager.startRun('nightly', { tags: ['eu'], trigger: 'manual', metadata: { a: 1 } })
    expect(telemetry.logs).toHaveLength(1)
    await pause(3)
    handle.complete()
    const span = telemetry.span('nightly')
    const record = telemetry.logs[0]
    expect(record).toMatchObject({ eventName: 'workflow.run.started', spanContext: span.spanContext() })
    expect(record?.hrTime).toEqual(span.startTime)
    expect(record?.instrumentationScope.name).toBe('runspan')
    expect(record?.attributes).toEqual({
      'workflow.name': 'nightly',
      'workflow.run.id': handle.runId,
      'workflow.run.tags': ['eu'],
      'workflow.run.trigger': 'manual',
      'workflow.run.metadata': '{"a":1}',
    })
    expect(telemetry.logs).toHaveLength(1)
  })

  test('has a UUIDv7 and a trace id', () => {
    const run = telemetry.manager.startRun('nightly')
    expect(run.runId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(run.traceId).toMatch(/^[0-9a-f]{32}$/)
    run.complete()
    expect(telemetry.span('nightly').spanContext().traceId).toBe(run.traceId)
  })

  test('fails with the error thrown, which comes back as it was', async () => {
    const error = new RangeError('out of range')
    const failing = telemetry.manager.withRun('nightly', () => {
      throw error
    })
    await expect(failing).rejects.toBe(error)
    const span = telemetry.span('nightly')
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'out of range' })
    expect(span.attributes).toMatchObject({ [WORKFLOW_RUN_STATUS]: 'failed', 'error.type': 'RangeError' })
    expect(span.events[0]).toMatchObject({
      name: 'exception',
      attributes: { 'exception.type': 'RangeError', 'exception.message': 'out of range' },
    })
    expect(span.events[0]?.attributes?.['exception.stacktrace']).toContain('task-manager.test.ts')
  })

  test.each([
    ['the reason of its signal', (signal: AbortSignal) => signal.reason as unknown],
    ['an AbortError', () => new DOMException('gone', 'AbortError')],
  ])('is cancelled by %s', async (_, thrown) => {
    const controller = new AbortController()
    const { signal } = controller
    const cancelled = telemetry.manager.withRun('nightly', { signal }, async (run) => {
      await run.withTask('load', () => {
        controller.abort(new Error('deploy'))
        throw thrown(signal)
      })
    })
    await expect(cancelled).rejects.toBeInstanceOf(Error)
    expect(telemetry.span('nightly').attributes[WORKFLOW_RUN_STATUS]).toBe('cancelled')
    expect(telemetry.span('nightly').status).toEqual({ code: SpanStatusCode.UNSET })
    expect(telemetry.span('load').attributes).toMatchObject({
      [WORKFLOW_TASK_STATUS]: 'cancelled',
      [WORKFLOW_TASK_REASON]: 'deploy',
    })
  })

  test('an AbortError without an aborted signal is a failure', async () => {
    const { signal } = new AbortController()
    const failing = telemetry.manager.withRun('nightly', { signal }, () => {
      throw new DOMException('gone', 'AbortError')
    })
    await expect(failing).rejects.toThrow('gone')
    expect(telemetry.span('nightly').attributes[WORKFLOW_RUN_STATUS]).toBe('failed')
  })

  test('begins a trace of its own, linked to the span it was started in, unless a parent is given', async () => {
    const tracer = telemetry.tracerProvider.getTracer('host')
    await tracer.startActiveSpan('request', async (request) => {
      await telemetry.manager.withRun('own', () => {})
      await telemetry.manager.withRun('joined', { parent: context.active() }, () => {})
      request.end()
    })
    const request = telemetry.span('request').spanContext()
    const own = telemetry.span('own')
    expect(own.parentSpanContext).toBeUndefined()
    expect(own.spanContext().traceId).not.toBe(request.traceId)
    expect(own.links.map((link) => link.context.spanId)).toEqual([request.spanId])
    expect(telemetry.span('joined').parentSpanContext?.spanId).toBe(request.spanId)
  })

  test('started inside another knows it as its parent', async () => {
    await telemetry.manager.withRun('outer', { runId: 'outer-1' }, (outer) =>
      outer.withTask('sub', () => telemetry.manager.withRun('inner', () => {})),
    )
    expect(telemetry.span('inner').attributes['workflow.run.parent.id']).toBe('outer-1')
  })

  test.each(['complete', 'fail', 'cancel'] as const)('%s ends its open and pending tasks first', (end) => {
    const run = telemetry.manager.startRun('nightly')
    const open = run.startTask('open')
    const pending = run.startTask('pending', { start: false })
    const done = run.startTask('done')
    done.complete()
    run[end](new Error('why'))
    expect([open.status, pending.status, done.status]).toEqual(['cancelled', 'cancelled', 'completed'])
    expect(telemetry.spans.map((span) => span.name)).toEqual(['done', 'open', 'pending', 'nightly'])
    const reason = { complete: 'run ended', fail: 'run failed: why', cancel: 'why' }[end]
    expect(telemetry.span('open').attributes[WORKFLOW_TASK_REASON]).toBe(reason)
  })

  test('takes metadata and tags until its end', () => {
    const run = telemetry.manager.startRun('nightly', { metadata: { a: 1, b: 1 }, tags: ['x'] })
    run.setMetadata({ b: 2, c: 3 })
    run.addTags('y', 'x')
    run.complete()
    run.setMetadata({ d: 4 })
    run.addTags('z')
    const span = telemetry.span('nightly')
    expect(span.attributes['workflow.run.metadata']).toBe('{"a":1,"b":2,"c":3}')
    expect(span.attributes['workflow.run.tags']).toEqual(['x', 'y'])
  })
})

describe('a task', () => {
  test('is a child span with its name, attempt, status and what it waited for', async () => {
    const readyAt = new Date(Date.now() - 2000)
    await telemetry.manager.withRun('nightly', { runId: 'run-1' }, async (run) => {
      await run.withTask('extract', () => pause(2))
      await run.withTask('load', { attempt: 2, dependencies: ['extract'], readyAt }, () => 42)
    })
    const run = telemetry.span('nightly')
    const load = telemetry.span('load')
    expect(load.parentSpanContext?.spanId).toBe(run.spanContext().spanId)
    expect(load.kind).toBe(SpanKind.INTERNAL)
    expect(load.status).toEqual({ code: SpanStatusCode.OK })
    expect(load.attributes).toMatchObject({
      'workflow.name': 'nightly',
      'workflow.run.id': 'run-1',
      [WORKFLOW_TASK_ID]: 'load',
      'workflow.task.attempt': 2,
      'workflow.task.status': 'completed',
      'workflow.task.dependencies': ['extract'],
    })
    expect(load.attributes['workflow.task.queue_time']).toBeCloseTo(2, 1)
    expect(telemetry.span('extract').attributes).not.toHaveProperty('workflow.task.dependencies')
    expect(telemetry.span('extract').attributes).not.toHaveProperty('workflow.task.queue_time')
  })

  test('starts no earlier than the one before it ended, to the nanosecond', async () => {
    await telemetry.manager.withRun('nightly', async (run) => {
      for (let index = 0; index < 200; index++) await run.withTask(`t${index}`, () => {})
    })
    const at = ([seconds, nanoseconds]: readonly [number, number]): bigint =>
      BigInt(seconds) * 10n ** 9n + BigInt(nanoseconds)
    const wrong = telemetry.spans.filter((span, index, all) => {
      const before = all[index - 1]
      return span.name !== 'nightly' && before !== undefined && at(span.startTime) < at(before.endTime)
    })
    expect(wrong).toEqual([])
  })

  test('nests in a task, and in whatever span the host makes', async () => {
    const tracer = telemetry.tracerProvider.getTracer('host')
    await telemetry.manager.withRun('nightly', (run) =>
      run.withTask('outer', async (outer) => {
        await outer.withTask('inner', () =>
          tracer.startActiveSpan('query', async (query) => {
            await telemetry.manager.withTask('deep', () => {})
            query.end()
          }),
        )
        await run.withTask('beside', () => {})
      }),
    )
    const parentOf = (name: string): string | undefined => telemetry.span(name).parentSpanContext?.spanId
    const idOf = (name: string): string => telemetry.span(name).spanContext().spanId
    expect(parentOf('inner')).toBe(idOf('outer'))
    expect(parentOf('query')).toBe(idOf('inner'))
    expect(parentOf('deep')).toBe(idOf('query'))
    expect(parentOf('beside')).toBe(idOf('nightly'))
    expect(telemetry.span('deep').attributes['workflow.run.id']).toBe(
      telemetry.span('nightly').attributes['workflow.run.id'],
    )
  })

  test('that is skipped has no length and says why', () => {
    const run = telemetry.manager.startRun('nightly')
    run.skipTask('index', 'nothing new', { dependencies: ['load'] })
    const later = run.startTask('mail', { start: false })
    expect([later.status, later.taskId]).toEqual(['pending', ''])
    later.skip('nobody to write to')
    run.complete()
    for (const [name, reason] of [
      ['index', 'nothing new'],
      ['mail', 'nobody to write to'],
    ] as const) {
      expect(telemetry.span(name).duration).toEqual([0, 0])
      expect(telemetry.span(name).status).toEqual({ code: SpanStatusCode.UNSET })
      expect(telemetry.span(name).attributes).toMatchObject({
        [WORKFLOW_TASK_STATUS]: 'skipped',
        [WORKFLOW_TASK_REASON]: reason,
      })
    }
  })

  test('that waits is begun later, with what was set meanwhile', async () => {
    const run = telemetry.manager.startRun('nightly')
    const task = run.startTask('load', { start: false, queuedAt: Date.now() })
    task.setAttribute('host.table', 'orders')
    await pause(20)
    task.begin()
    expect(task.taskId).toMatch(/^[0-9a-f]{16}$/)
    task.setMetric('rows', 41_213)
    task.setMetric('rows', 41_214)
    task.complete()
    const span = telemetry.span('load')
    expect(span.attributes).toMatchObject({ 'host.table': 'orders', 'workflow.task.metric.rows': 41_214 })
    expect(span.attributes['workflow.task.queue_time']).toBeGreaterThan(0.015)
    expect(span.spanContext().spanId).toBe(task.taskId)
  })

  test('outside any run is refused', async () => {
    const orphan = telemetry.manager.withTask('orphan', () => 1)
    await expect(orphan).rejects.toMatchObject({ name: 'TrackingError', code: 'NO_ACTIVE_RUN' })
  })

  test('with the active run needs no handle', async () => {
    await telemetry.manager.withRun('nightly', async (run) => {
      expect(telemetry.manager.activeRun()).toBe(run)
      await telemetry.manager.withTask('load', { attempt: 3 }, () => pause(1))
    })
    expect(telemetry.span('load').attributes['workflow.task.attempt']).toBe(3)
    expect(telemetry.manager.activeRun()).toBeUndefined()
  })

  test('a task that is not awaited ends with its run, and its own end changes nothing', async () => {
    let late: Promise<string> | undefined
    await telemetry.manager.withRun('nightly', (run) => {
      late = run.withTask('forgotten', () => pause(10).then(() => 'its result'))
    })
    await expect(late).resolves.toBe('its result')
    expect(telemetry.span('forgotten').attributes).toMatchObject({
      [WORKFLOW_TASK_STATUS]: 'cancelled',
      [WORKFLOW_TASK_REASON]: 'run ended',
    })
  })
})

describe('an ended handle does not change', () => {
  test.each([
    [
      'a run ended twice',
      (t: Telemetry) => {
        const run = t.manager.startRun('r')
        run.complete()
        run.fail(new Error('x'))
      },
    ],
    [
      'a task ended twice',
      (t: Telemetry) => {
        const task = t.manager.startRun('r').startTask('t')
        task.fail(new Error('x'))
        task.complete()
      },
    ],
    ['a running task skipped', (t: Telemetry) => t.manager.startRun('r').startTask('t').skip('no')],
    ['a pending task completed', (t: Telemetry) => t.manager.startRun('r').startTask('t', { start: false }).complete()],
    ['a task begun twice', (t: Telemetry) => t.manager.startRun('r').startTask('t').begin()],
    [
      'a task of an ended run',
      (t: Telemetry) => {
        const run = t.manager.startRun('r')
        run.complete()
        run.startTask('t')
      },
    ],
    [
      'a skipped task of an ended run',
      (t: Telemetry) => {
        const run = t.manager.startRun('r')
        run.cancel()
        run.skipTask('t', 'no')
      },
    ],
  ])('%s: refused', (_, act) => {
    expect(codeOf(() => act(telemetry))).toBe('ILLEGAL_TRANSITION')
  })

  test('the first end stands', () => {
    const run = telemetry.manager.startRun('nightly')
    run.cancel('first')
    expect(codeOf(() => run.complete())).toBe('ILLEGAL_TRANSITION')
    expect(run.status).toBe('cancelled')
    expect(telemetry.spans.map((span) => span.attributes[WORKFLOW_RUN_STATUS])).toEqual(['cancelled'])
  })

  test('withTask on an ended run runs its function too, unrecorded', async () => {
    const run = telemetry.manager.startRun('nightly')
    run.complete()
    await expect(
      run.withTask('late', (task) => {
        task.setMetric('x', 1)
        return 7
      }),
    ).resolves.toBe(7)
    const error = new Error('own')
    await expect(run.withTask('late', () => Promise.reject(error))).rejects.toBe(error)
    expect(telemetry.spans.map((span) => span.name)).toEqual(['nightly'])
  })

  test('a function that ends its own run or task by hand is not contradicted', async () => {
    const result = await telemetry.manager.withRun('nightly', async (run) => {
      await run.withTask('load', (task) => task.fail(new Error('by hand')))
      run.fail(new Error('by hand too'))
      return 'returned'
    })
    expect(result).toBe('returned')
    expect(telemetry.span('load').attributes[WORKFLOW_TASK_STATUS]).toBe('failed')
    expect(telemetry.span('nightly').attributes[WORKFLOW_RUN_STATUS]).toBe('failed')
  })
})

test('an unsampled run works and emits nothing', async () => {
  const unsampled = new Telemetry({ sampler: new AlwaysOffSampler() })
  const result = await unsampled.manager.withRun('quiet', async (run) => {
    run.skipTask('no', 'unsampled')
    await run
      .withTask('fails', () => {
        throw new Error('x')
      })
      .catch(() => {})
    return run.withTask('load', (task) => {
      task.setMetric('rows', 1)
      return task.taskId
    })
  })
  expect(result).toMatch(/^[0-9a-f]{16}$/)
  expect(unsampled.spans).toEqual([])
  expect(unsampled.logs).toEqual([])
})

test('a run that is recorded but not sampled says no start: its span will not be exported either', () => {
  const recorded = new Telemetry({
    sampler: { shouldSample: () => ({ decision: SamplingDecision.RECORD }), toString: () => 'record' },
  })
  recorded.manager.startRun('quiet').complete()
  expect([recorded.spans, recorded.logs]).toEqual([[], []])
})

test('a span processor that throws does not reach the host', async () => {
  const broken = new Telemetry({
    processor: {
      onStart: () => {
        throw new Error('onStart')
      },
      onEnd: () => {
        throw new Error('onEnd')
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    },
  })
  await expect(broken.manager.withRun('r', (run) => run.withTask('t', () => 5))).resolves.toBe(5)
})

test('a host that fills the span with attributes does not push the status out', () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`host.${index}`, index]))
  const run = telemetry.manager.startRun('nightly', { attributes: many })
  run.startTask('load', { attributes: many }).complete()
  run.complete()
  expect(telemetry.span('load').attributes[WORKFLOW_TASK_STATUS]).toBe('completed')
  expect(telemetry.span('nightly').attributes[WORKFLOW_RUN_STATUS]).toBe('completed')
  expect(trace.getSpan(context.active())).toBeUndefined()
})

test('a retry links to the attempt before it', () => {
  const { manager, spans } = new Telemetry()
  const run = manager.startRun('retried')
  const first = run.startTask('load')
  first.fail(new Error('no'))
  run.startTask('other').complete()
  run.startTask('load', { attempt: 2 }).complete()
  run.startTask('alone', { attempt: 3 }).complete()
  const links = new Map(
    spans.map((span) => [`${span.name} ${String(span.attributes['workflow.task.attempt'])}`, span.links]),
  )
  expect(links.get('load 2')).toMatchObject([
    { context: { spanId: first.taskId }, attributes: { 'workflow.task.attempt': 1 } },
  ])
  expect([links.get('load 1'), links.get('alone 3')]).toEqual([[], []])
})
