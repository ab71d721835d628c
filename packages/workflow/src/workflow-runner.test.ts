import { context, SpanStatusCode } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { attributes } from '@runspan/model'
import { TaskManager } from '@runspan/tracking'
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'

import { Workflow, WorkflowRunner } from './index.ts'

const exporter = new InMemorySpanExporter()
const manager = new TaskManager({
  tracerProvider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
})

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => {
  context.disable()
})
beforeEach(() => {
  exporter.reset()
})

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Waits until aborted, as a well-behaved task does. */
const untilAborted = ({ signal }: { signal: AbortSignal }): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })

function spansOf(nodeId: string): readonly ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.attributes[attributes.WORKFLOW_TASK_ID] === nodeId)
}

function runSpan(): ReadableSpan | undefined {
  return exporter.getFinishedSpans().find((span) => span.parentSpanContext === undefined)
}

function statuses(nodeId: string): readonly unknown[] {
  return spansOf(nodeId).map((span) => span.attributes[attributes.WORKFLOW_TASK_STATUS])
}

describe('a workflow that goes well', () => {
  const etl = new Workflow<{ rows: number }>('etl')
    .addTask('extract', ({ inputs }) => Array.from({ length: inputs.rows }, (_, index) => index))
    .addTask('count', { after: ['extract'] }, ({ results }) => results.extract.length)
    .addTask('sum', { after: ['extract'] }, async ({ results }) => results.extract.reduce((a, b) => a + b, 0))
    .addTask(
      'report',
      { after: ['count', 'sum', 'count'] },
      ({ results }) => `${results.count} rows, sum ${results.sum}`,
    )

  test('gives every task the results it comes after, and returns them all', async () => {
    const result = await new WorkflowRunner(etl, manager).run({ rows: 4 }, { runId: 'etl-1', tags: ['eu'] })
    expect(result).toMatchObject({ runId: 'etl-1', status: 'completed', error: undefined })
    expect(result.results).toEqual({ extract: [0, 1, 2, 3], count: 4, sum: 6, report: '4 rows, sum 6' })
    expectTypeOf(result.results.report).toEqualTypeOf<string | undefined>()
    expectTypeOf(result.results.extract).toEqualTypeOf<number[] | undefined>()
  })

  test('is one trace: the run above, a span for every task with what it depends on', async () => {
    await new WorkflowRunner(etl, manager).run({ rows: 1 })
    const run = runSpan()
    expect(run?.name).toBe('etl')
    expect(run?.attributes[attributes.WORKFLOW_RUN_STATUS]).toBe('completed')
    const report = spansOf('report')[0]
    expect(report?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId)
    expect(report?.attributes[attributes.WORKFLOW_TASK_DEPENDENCIES]).toEqual(['count', 'sum'])
    expect(exporter.getFinishedSpans()).toHaveLength(5)
  })

  test('can be read from the task manager by its run id', async () => {
    const { runId } = await new WorkflowRunner(etl, manager).run({ rows: 2 })
    const run = await manager.getRun(runId)
    expect(run?.status).toBe('completed')
    expect(run?.tasks.map((task) => task.nodeId)).toEqual(['extract', 'count', 'sum', 'report'])
  })

  test('needs no task manager and no OpenTelemetry', async () => {
    const { results } = await new WorkflowRunner(etl).run({ rows: 3 })
    expect(results.report).toBe('3 rows, sum 3')
  })

  test('names of tasks that are not there do not compile, nor results that were not asked for', () => {
    const define = (): void => {
      const workflow = new Workflow('typed').addTask('a', () => 1).addTask('b', () => 'x')
      // @ts-expect-error there is no task c
      workflow.addTask('d', { after: ['c'] }, () => 1)
      // @ts-expect-error b is not among those it comes after
      workflow.addTask('e', { after: ['a'] }, ({ results }) => results.b)
    }
    expect(define).toThrow('comes after c, which is not a task')
  })
})

describe('attempts', () => {
  test('each has its own span; a retry has waited its backoff, not the first attempt', async () => {
    let calls = 0
    const flaky = new Workflow('flaky').addTask(
      'fetch',
      { retry: { attempts: 3, delaySeconds: 0.05, factor: 2 } },
      async () => {
        calls++
        await sleep(300)
        if (calls < 3) throw new RangeError(`call ${calls}`)
        return calls
      },
    )
    const result = await new WorkflowRunner(flaky, manager).run()
    expect(result.status).toBe('completed')
    expect(result.tasks['fetch']).toMatchObject({ status: 'completed', attempts: 3 })
    expect(statuses('fetch')).toEqual(['failed', 'failed', 'completed'])
    const spans = spansOf('fetch')
    expect(spans.map((span) => span.attributes[attributes.WORKFLOW_TASK_ATTEMPT])).toEqual([1, 2, 3])
    const [first, second, third] = spans.map((span) => span.attributes[attributes.WORKFLOW_TASK_QUEUE_TIME] as number)
    expect(first).toBeLessThan(0.25)
    expect(second).toBeGreaterThanOrEqual(0.049)
    // the 300 ms of the previous attempt are not waiting
    expect(second).toBeLessThan(0.3)
    expect(third).toBeGreaterThanOrEqual(0.099)
    expect(spans[0]?.attributes['error.type']).toBe('RangeError')
    expect(spans[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'call 1' })
  })

  test('one that takes too long is aborted, fails with TimeoutError, and is tried again', async () => {
    const seen: unknown[] = []
    const slow = new Workflow('slow').addTask(
      'wait',
      { timeoutSeconds: 0.03, retry: { attempts: 2, delaySeconds: 0 } },
      async ({ signal, attempt }) => {
        signal.addEventListener('abort', () => seen.push((signal.reason as Error).name))
        if (attempt === 1) await untilAborted({ signal })
        return 'second'
      },
    )
    const result = await new WorkflowRunner(slow, manager).run()
    expect(result.results.wait).toBe('second')
    expect(seen).toEqual(['TimeoutError'])
    expect(spansOf('wait')[0]?.attributes['error.type']).toBe('TimeoutError')
  })

  test('a task that throws long after its timeout affects nothing', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    let goOn: () => void = () => undefined
    const released = new Promise<void>((resolve) => (goOn = resolve))
    const late = new Workflow('late').addTask('deaf', { timeoutSeconds: 0.01 }, async () => {
      await released
      throw new Error('too late')
    })
    const result = await new WorkflowRunner(late, manager, { graceSeconds: 0.01 }).run()
    goOn()
    expect(result.status).toBe('failed')
    expect((result.error as Error).name).toBe('TimeoutError')
    await sleep(450)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    expect(statuses('deaf')).toEqual(['failed'])
  })
})

describe('when a task fails', () => {
  const cause = new Error('disk full')
  const failing = new Workflow('failing')
    .addTask('load', () => {
      throw cause
    })
    .addTask('index', { after: ['load'] }, () => 1)
    .addTask('publish', { after: ['index'] }, () => 2)
    .addTask('other', () => sleep(20).then(() => 3))

  test('dependent tasks are skipped with a reason, other branches go on, the run has failed', async () => {
    const result = await new WorkflowRunner(failing, manager).run()
    expect(result.status).toBe('failed')
    expect(result.error).toBe(cause)
    expect(result.results).toEqual({ other: 3 })
    expect(result.tasks).toMatchObject({
      load: { status: 'failed', attempts: 1, error: cause },
      index: { status: 'skipped', attempts: 0, reason: 'load failed' },
      publish: { status: 'skipped', reason: 'index was skipped' },
      other: { status: 'completed' },
    })
    expect(statuses('publish')).toEqual(['skipped'])
    expect(spansOf('index')[0]?.attributes[attributes.WORKFLOW_TASK_REASON]).toBe('load failed')
    expect(spansOf('index')[0]?.duration).toEqual([0, 0])
    expect(runSpan()?.attributes[attributes.WORKFLOW_RUN_STATUS]).toBe('failed')
    expect(runSpan()?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'disk full' })
  })

  test('runOrThrow throws that very error', async () => {
    await expect(new WorkflowRunner(failing, manager).runOrThrow()).rejects.toBe(cause)
  })

  test('failFast stops what is running', async () => {
    const workflow = new Workflow('fast')
      .addTask('long', untilAborted)
      .addTask('bad', () => sleep(5).then(() => Promise.reject(cause)))
      .addTask('after', { after: ['long'] }, () => 1)
    const result = await new WorkflowRunner(workflow, manager, { failFast: true }).run()
    expect(result.status).toBe('failed')
    expect(result.error).toBe(cause)
    expect(result.tasks).toMatchObject({
      long: { status: 'cancelled', reason: 'bad failed' },
      after: { status: 'cancelled', reason: 'bad failed', attempts: 0 },
    })
  })
})

describe('conditions', () => {
  test('false or a text skips the task, and with it what comes after', async () => {
    const workflow = new Workflow('conditional')
      .addTask('count', () => 0)
      .addTask('load', { after: ['count'], when: ({ results }) => results.count > 0 || 'nothing to load' }, () => 1)
      .addTask('never', { when: () => false }, () => 1)
      .addTask('mail', { after: ['load'] }, () => 1)
    const result = await new WorkflowRunner(workflow, manager).run()
    expect(result.status).toBe('completed')
    expect(result.tasks).toMatchObject({
      load: { status: 'skipped', reason: 'nothing to load' },
      never: { status: 'skipped', reason: 'its condition was not met' },
      mail: { status: 'skipped', reason: 'load was skipped' },
    })
  })

  test('one that throws fails its task', async () => {
    const error = new TypeError('no such field')
    const workflow = new Workflow('broken').addTask('a', { when: () => Promise.reject(error) }, () => 1)
    const result = await new WorkflowRunner(workflow, manager).run()
    expect(result).toMatchObject({ status: 'failed', error })
    expect(statuses('a')).toEqual(['failed'])
  })
})

describe('limits', () => {
  test('no more tasks at once than allowed; waiting for a place is queue time', async () => {
    let running = 0
    let most = 0
    const tasks = Array.from({ length: 6 }, (_, index) => ({
      nodeId: `t${index}`,
      run: async () => {
        most = Math.max(most, ++running)
        await sleep(20)
        running--
      },
    }))
    await new WorkflowRunner(Workflow.fromTasks('limited', tasks), manager, { concurrency: 2 }).run()
    expect(most).toBe(2)
    const queued = spansOf('t5')[0]?.attributes[attributes.WORKFLOW_TASK_QUEUE_TIME] as number
    expect(queued).toBeGreaterThanOrEqual(0.038)
  })

  test('a limit of one task holds over runs that go on at the same time', async () => {
    let running = 0
    let most = 0
    const workflow = new Workflow('shared').addTask('api', { concurrency: 1 }, async () => {
      most = Math.max(most, ++running)
      await sleep(5)
      running--
    })
    const runner = new WorkflowRunner(workflow, manager)
    await Promise.all([runner.run(), runner.run(), runner.run()])
    expect(most).toBe(1)
  })
})

describe('cancellation', () => {
  test('aborts running tasks, cancels those to come, and the run', async () => {
    const controller = new AbortController()
    const workflow = new Workflow('long')
      .addTask('a', untilAborted)
      .addTask('b', { after: ['a'] }, () => 1)
      .addTask('c', { retry: { attempts: 5, delaySeconds: 60 } }, () => Promise.reject(new Error('again')))
    setTimeout(() => controller.abort(new Error('operator pressed stop')), 10)
    const result = await new WorkflowRunner(workflow, manager).run(undefined, { signal: controller.signal })
    expect(result.status).toBe('cancelled')
    expect(result.error).toEqual(new Error('operator pressed stop'))
    for (const nodeId of ['a', 'b', 'c']) {
      expect(result.tasks[nodeId]).toMatchObject({ status: 'cancelled', reason: 'operator pressed stop' })
    }
    expect(statuses('c')).toEqual(['failed', 'cancelled'])
    expect(runSpan()?.attributes[attributes.WORKFLOW_RUN_STATUS]).toBe('cancelled')
    expect(runSpan()?.status).toEqual({ code: SpanStatusCode.UNSET })
  })

  test('a signal aborted before the start cancels everything', async () => {
    const result = await new WorkflowRunner(
      new Workflow('never').addTask('a', () => 1),
      manager,
    ).run(undefined, { signal: AbortSignal.abort() })
    expect(result).toMatchObject({ status: 'cancelled', results: {}, tasks: { a: { attempts: 0 } } })
  })

  test('a task that ignores its signal is abandoned after graceSeconds', async () => {
    const controller = new AbortController()
    const workflow = new Workflow('deaf').addTask('deaf', () => new Promise(() => undefined))
    setTimeout(() => controller.abort(), 5)
    const runner = new WorkflowRunner(workflow, manager, { graceSeconds: 0.02 })
    const result = await runner.run(undefined, { signal: controller.signal })
    expect(result.tasks['deaf']).toMatchObject({ status: 'cancelled' })
  })

  test('of a run that waits for a place does not lose the place', async () => {
    const controller = new AbortController()
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    const workflow = new Workflow('shared', { concurrency: 1 })
      .addTask('first', () => gate)
      .addTask('api', { concurrency: 1 }, () => 'called')
      .addTask('other', () => 1)
    const runner = new WorkflowRunner(workflow, manager, { graceSeconds: 0 })
    const aborted = runner.run(undefined, { signal: controller.signal })
    const patient = runner.run()
    await sleep(5)
    controller.abort()
    expect((await aborted).tasks).toMatchObject({ api: { status: 'cancelled' }, other: { status: 'cancelled' } })
    open()
    expect((await patient).status).toBe('completed')
    expect((await runner.run()).results.api).toBe('called')
  })

  test('of a run that waits to try again leaves no timer behind', async () => {
    const controller = new AbortController()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const workflow = new Workflow('retrying').addTask('a', { retry: { attempts: 2, delaySeconds: 60 } }, () => {
      throw new Error('again')
    })
    const running = new WorkflowRunner(workflow, new TaskManager()).run(undefined, { signal: controller.signal })
    await new Promise((resolve) => setImmediate(resolve))
    const waiting = vi.getTimerCount()
    controller.abort()
    const { status } = await running
    const left = vi.getTimerCount()
    vi.useRealTimers()
    expect({ waiting, status, left }).toEqual({ waiting: 1, status: 'cancelled', left: 0 })
  })

  test('leaves no timer and no listener behind', async () => {
    const { signal } = new AbortController()
    const listeners = new Set<unknown>()
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (type: string, listener: never) => (listeners.add(listener), add(type, listener))
    signal.removeEventListener = (type: string, listener: never) => (listeners.delete(listener), remove(type, listener))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const workflow = new Workflow('tidy').addTask('a', { timeoutSeconds: 3600 }, () => 1)
    // without the exporter in memory, which sets its own timers
    const result = await new WorkflowRunner(workflow, new TaskManager()).run(undefined, { signal })
    const timers = vi.getTimerCount()
    vi.useRealTimers()
    expect(result.status).toBe('completed')
    expect(timers).toBe(0)
    expect(listeners.size).toBe(0)
  })
})

test('a task that ends the run or itself by its handle is not undone, and breaks nothing', async () => {
  const workflow = new Workflow('meddling')
    .addTask('a', ({ task, run }) => {
      task.cancel('enough')
      run.fail(new Error('by hand'))
    })
    .addTask('b', { after: ['a', 'a'] }, () => 'ran all the same')
    .addTask('c', { after: ['b'], when: () => false }, () => 1)
  const result = await new WorkflowRunner(workflow, manager).run()
  expect(result.results.b).toBe('ran all the same')
  expect(result.tasks['c']).toMatchObject({ status: 'skipped' })
  expect(statuses('a')).toEqual(['cancelled'])
  expect(runSpan()?.attributes[attributes.WORKFLOW_RUN_STATUS]).toBe('failed')
})
