import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

import { context, createContextKey, propagation } from '@opentelemetry/api'
import { build } from 'tsdown'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { type RunCarrier, TrackingError } from './index.ts'
import { carryContexts, Telemetry } from './telemetry.fixture.ts'

beforeAll(carryContexts)
afterAll(() => {
  context.disable()
})

let telemetry: Telemetry
beforeEach(() => {
  telemetry = new Telemetry()
})

test('the run stays active across awaits, timers, microtasks and streams', async () => {
  const mark = (name: string): Promise<void> => telemetry.manager.withTask(name, () => {})
  await telemetry.manager.withRun('nightly', async () => {
    await mark('after await')
    await new Promise((resolve) => setTimeout(resolve, 1))
    await mark('after a timer')
    await new Promise<void>((resolve) => queueMicrotask(() => void mark('in a microtask').then(resolve)))
    await new Promise<void>((resolve) => setImmediate(() => void mark('in an immediate').then(resolve)))
    const lines = new Transform({
      objectMode: true,
      transform: (line: string, _, done) => {
        void mark(line)
          .finally(() => lines.push(line))
          .finally(done)
      },
    })
    await pipeline(Readable.from(['line 1', 'line 2']), lines, async (source) => {
      for await (const line of source) await mark(`read ${line}`)
    })
  })
  const run = telemetry.span('nightly').spanContext()
  const tasks = telemetry.spans.filter((span) => span.name !== 'nightly')
  expect(tasks.map((span) => span.name).sort()).toEqual([
    'after a timer',
    'after await',
    'in a microtask',
    'in an immediate',
    'line 1',
    'line 2',
    'read line 1',
    'read line 2',
  ])
  expect(new Set(tasks.map((span) => span.parentSpanContext?.spanId))).toEqual(new Set([run.spanId]))
})

test('two runs at the same time do not mix', async () => {
  const work = (name: string): Promise<void> =>
    telemetry.manager.withRun(name, { runId: name }, async () => {
      for (let index = 0; index < 5; index++) {
        await new Promise((resolve) => setImmediate(resolve))
        await telemetry.manager.withTask(`${name} ${index}`, () => new Promise((resolve) => setImmediate(resolve)))
      }
    })
  await Promise.all([work('a'), work('b'), work('c')])
  for (const span of telemetry.spans) expect(span.name).toContain(String(span.attributes['workflow.run.id']))
  expect(telemetry.spans).toHaveLength(18)
})

test("the host's values in the context are still there inside a task", async () => {
  const key = createContextKey('host')
  await telemetry.manager.withRun('nightly', (run) => {
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } })
    const within = propagation.setBaggage(context.active().setValue(key, 'kept'), baggage)
    return context.with(within, () =>
      run.withTask('load', (task) =>
        task.withTask('part', () => {
          expect(context.active().getValue(key)).toBe('kept')
          expect(propagation.getActiveBaggage()?.getEntry('tenant')?.value).toBe('acme')
        }),
      ),
    )
  })
  expect(telemetry.span('part').parentSpanContext?.spanId).toBe(telemetry.span('load').spanContext().spanId)
})

test('a handle works where no context is active, and in that of another run', async () => {
  const run = telemetry.manager.startRun('by-hand')
  await telemetry.manager.withRun('other', () =>
    run.withTask('task', () => telemetry.manager.withTask('inner', () => {})),
  )
  run.complete()
  expect(telemetry.span('task').parentSpanContext?.spanId).toBe(telemetry.span('by-hand').spanContext().spanId)
  expect(telemetry.span('inner').attributes['workflow.run.id']).toBe(run.runId)
})

test('a carrier makes tasks elsewhere children of the same run', () => {
  const run = telemetry.manager.startRun('nightly', { runId: 'run-1' })
  const carrier = JSON.parse(JSON.stringify(run.carrier())) as RunCarrier
  expect(carrier).toEqual({
    runId: 'run-1',
    workflow: 'nightly',
    traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
  })
  const elsewhere = new Telemetry()
  const continued = elsewhere.manager.continueRun(carrier)
  continued.startTask('load').complete()
  continued.complete()
  run.complete()
  expect(elsewhere.spans.map((span) => span.name)).toEqual(['load'])
  expect(elsewhere.logs).toEqual([])
  const load = elsewhere.span('load')
  expect(load.spanContext().traceId).toBe(run.traceId)
  expect(load.parentSpanContext).toMatchObject({
    spanId: telemetry.span('nightly').spanContext().spanId,
    isRemote: true,
  })
  expect(load.attributes).toMatchObject({ 'workflow.run.id': 'run-1', 'workflow.name': 'nightly' })
})

test.each([
  ['nothing', undefined],
  ['no run id', { workflow: 'w' }],
  ['an empty run id', { runId: '', workflow: 'w' }],
  ['a number', 5],
])('a carrier that is %s is refused', (_, carrier) => {
  expect(() => telemetry.manager.continueRun(carrier as unknown as RunCarrier)).toThrow(TrackingError)
})

test.each([
  ['garbage'],
  [`00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`],
  [`ff-${'1'.repeat(32)}-${'1'.repeat(16)}-01`],
  [5],
])('a carrier whose traceparent is %s still names the run', (traceparent) => {
  const carrier = { runId: 'run-1', workflow: 'w', traceparent: traceparent as string }
  telemetry.manager.continueRun(carrier).startTask('load').complete()
  expect(telemetry.span('load').attributes['workflow.run.id']).toBe('run-1')
  expect(telemetry.span('load').parentSpanContext).toBeUndefined()
})

test('a worker thread adds tasks to the run', async () => {
  // inside node_modules, so that the worker finds the SDK
  const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url))
  const directory = await mkdtemp(join(modules, '.tracking-worker-'))
  try {
    await build({
      config: false,
      entry: { worker: fileURLToPath(new URL('worker.fixture.ts', import.meta.url)) },
      outDir: directory,
      format: 'esm',
      platform: 'node',
      dts: false,
      alias: { '@runspan/model': fileURLToPath(new URL('../../model/src/index.ts', import.meta.url)) },
      deps: { alwaysBundle: [/^@runspan/], neverBundle: [/^@opentelemetry/, 'uuid'] },
      logLevel: 'silent',
    })
    const run = telemetry.manager.startRun('nightly')
    const worker = new Worker(join(directory, 'worker.mjs'), { workerData: run.carrier() })
    const [spans] = (await once(worker, 'message')) as [readonly Record<string, unknown>[]]
    await worker.terminate()
    run.complete()
    expect(spans).toEqual([
      {
        name: 'in the worker',
        traceId: run.traceId,
        parentSpanId: telemetry.span('nightly').spanContext().spanId,
        runId: run.runId,
        memoryBytes: expect.any(Number),
      },
    ])
  } finally {
    await rm(directory, { recursive: true })
  }
})
