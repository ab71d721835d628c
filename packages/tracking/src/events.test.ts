import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'

import type { TrackingEvent } from '@runspan/model'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { EventStream, lossCounts, type RunHandle, type TaskManager } from './index.ts'
import { carryContexts, Telemetry } from './telemetry.fixture.ts'

carryContexts()

let telemetry: Telemetry
let manager: TaskManager
let stream: EventStream
beforeEach(() => {
  telemetry = new Telemetry({ thresholds: { rows: 100 } })
  manager = telemetry.manager
  stream = new EventStream(manager)
})
afterEach(() => stream.stop())

/** Events reach handlers a turn later. */
/** Resolves after all events so far were delivered. */
const nextTurn = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await turn()
}

test('all events of a run and its tasks are delivered in order', async () => {
  const told: string[] = []
  stream.on('*', (event) => {
    told.push('nodeId' in event ? `${event.type} ${event.nodeId} ${event.attempt}` : event.type)
  })
  stream.start()
  await manager.withRun('orders', async (run) => {
    await run.withTask('extract', (task) => task.progress(1, 2, 'half'))
    await run.withTask('load', () => Promise.reject(new Error('no'))).catch(() => undefined)
    await run.withTask('load', { attempt: 2 }, (task) => task.setMetric('rows', 101))
    run.skipTask('report', 'nothing to report')
    run.startTask('open')
  })
  await nextTurn()
  expect(told).toEqual([
    'run.started',
    'task.started extract 1',
    'task.progress extract 1',
    'task.completed extract 1',
    'task.started load 1',
    'task.failed load 1',
    'task.started load 2',
    'task.retried load 2',
    'task.completed load 2',
    'metric.threshold load 2',
    'task.skipped report 1',
    'task.started open 1',
    'task.cancelled open 1',
    'run.completed',
  ])
})

test('an event says what happened', async () => {
  const told: TrackingEvent[] = []
  stream.on('run.*', (event) => void told.push(event))
  stream.on('task.failed', (event) => void told.push(event))
  stream.on('metric.threshold', (event) => void told.push(event))
  stream.start()
  const run = manager.startRun('orders', { runId: 'one', tags: ['eu'], metadata: { day: 3 }, trigger: 'schedule' })
  const task = run.startTask('load')
  task.setMetric('rows', 250)
  task.fail(new TypeError('no rows'))
  run.fail(new Error('load failed'))
  await nextTurn()
  const which = { runId: 'one', workflowId: 'orders', time: expect.any(Date) as Date }
  expect(told).toEqual([
    {
      ...which,
      type: 'run.started',
      id: 'run.started/one',
      tags: ['eu'],
      metadata: { day: 3 },
      trigger: 'schedule',
      parentRunId: null,
    },
    {
      ...which,
      type: 'task.failed',
      id: `task.failed/one/${task.taskId}/1`,
      taskId: task.taskId,
      nodeId: 'load',
      attempt: 1,
      duration: expect.any(Number) as number,
      error: { type: 'TypeError', message: 'no rows', stack: expect.stringContaining('TypeError: no rows') as string },
      reason: null,
    },
    expect.objectContaining({ type: 'metric.threshold', metric: 'rows', value: 250, limit: 100, nodeId: 'load' }),
    expect.objectContaining({ ...which, type: 'run.failed', error: 'load failed', duration: expect.any(Number) }),
  ])
})

describe('handlers', () => {
  test('a handler cannot affect the run: it is called after the run went on', async () => {
    const order: string[] = []
    stream.on('task.*', ({ type }) => {
      order.push(type)
      throw new Error('a handler that throws')
    })
    stream.on('task.completed', () => Promise.reject(new Error('a handler that rejects')))
    stream.start()
    const result = await manager.withRun('orders', (run) =>
      run.withTask('extract', () => {
        order.push('body')
        return 42
      }),
    )
    expect(result).toBe(42)
    expect(order).toEqual(['body'])
    await nextTurn()
    expect(order).toEqual(['body', 'task.started', 'task.completed'])
    expect(lossCounts()['event-handler-threw']).toBe(3)
  })

  test('a slow handler gets one event after another and delays no other', async () => {
    const slow: string[] = []
    const quick: string[] = []
    manager.addHandler({
      events: ['task.completed'],
      async handle(event) {
        await sleep(20)
        slow.push((event as { nodeId: string }).nodeId)
      },
    })
    manager.addHandler({ events: ['task.completed'], handle: (event) => void quick.push(event.type) })
    const run = manager.startRun('orders')
    for (const name of ['a', 'b', 'c']) run.startTask(name).complete()
    await nextTurn()
    expect(quick).toHaveLength(3)
    expect(slow).toEqual([])
    await manager.close()
    expect(slow).toEqual(['a', 'b', 'c'])
  })

  test('events that wait for a handler that never returns are limited and counted', async () => {
    const before = lossCounts()['event-dropped'] ?? 0
    manager.addHandler({ handle: () => new Promise<void>(() => undefined) })
    const run = manager.startRun('orders')
    for (let i = 0; i < 6000; i++) run.startTask('t').complete()
    await nextTurn()
    // the handler has the first one, 10,000 wait
    expect((lossCounts()['event-dropped'] ?? 0) - before).toBe(1 + 12_000 - 10_001)
  })

  test('once is called once, and a removed handler is not called any more', async () => {
    const told: string[] = []
    stream.once('task.started', ({ nodeId }) => void told.push(`once ${nodeId}`))
    const leave = stream.on('task.started', ({ nodeId }) => void told.push(`on ${nodeId}`))
    stream.start()
    const run = manager.startRun('orders')
    run.startTask('a')
    await nextTurn()
    leave()
    run.startTask('b')
    await nextTurn()
    expect(told).toEqual(['once a', 'on a'])
  })
})

describe('for await', () => {
  test('gives events until the stream is stopped', async () => {
    const types: string[] = []
    const loop = (async () => {
      for await (const event of stream) types.push(event.type)
    })()
    await nextTurn()
    manager.startRun('orders').complete()
    await nextTurn()
    await stream.stop()
    await loop
    expect(types).toEqual(['run.started', 'run.completed'])
  })

  test('one that is too slow loses the oldest, and says how many', async () => {
    const small = new EventStream(manager, { most: 2 })
    const iterator = small[Symbol.asyncIterator]()
    const run: RunHandle = manager.startRun('orders')
    for (const name of ['a', 'b']) run.startTask(name).complete()
    await nextTurn()
    expect(small.dropped).toBe(3)
    expect(await iterator.next()).toMatchObject({ value: { type: 'task.started', nodeId: 'b' } })
    await small.stop()
  })
})

test('a run is cancelled by its id, through its signal if anyone listens', async () => {
  const heard = manager.withRun('orders', async (run) => {
    setTimeout(() => manager.cancelRun(run.runId, new DOMException('stop it', 'AbortError')), 5)
    await sleep(10_000, undefined, { signal: run.signal! })
  })
  await expect(heard).rejects.toThrow('aborted')
  const byHand = manager.startRun('orders', { runId: 'by-hand' })
  expect(manager.cancelRun('by-hand', 'not needed')).toBe(true)
  expect(byHand.status).toBe('cancelled')
  expect(manager.cancelRun('by-hand')).toBe(false)
  expect((await manager.getRun('by-hand'))?.error).toBe('not needed')
  const statuses = telemetry.spans.map(({ attributes }) => attributes['workflow.run.status'])
  expect(statuses).toEqual(['cancelled', 'cancelled'])
})

test('the caller’s own signal still cancels', async () => {
  const controller = new AbortController()
  const run = manager.withRun('orders', { signal: controller.signal, runId: 'own' }, async ({ signal }) => {
    await sleep(10_000, undefined, { signal: signal! })
  })
  controller.abort(new Error('enough'))
  await expect(run).rejects.toThrow('aborted')
  expect((await manager.getRun('own'))?.status).toBe('cancelled')
})
