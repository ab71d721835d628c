import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api'
import { NO_METRICS, type Task, type WorkflowRun } from '@runspan/model'
import { beforeEach, describe, expect, test } from 'vitest'

import { type RunFilter, type RunPage, type RunReader, type TaskPage, TaskManager } from './index.ts'
import { Telemetry } from './telemetry.fixture.ts'

let telemetry: Telemetry
let manager: TaskManager
beforeEach(() => {
  telemetry = new Telemetry()
  ;({ manager } = telemetry)
})

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('runs of this process', () => {
  test('are read while they go on', async () => {
    const run = manager.startRun('nightly', {
      runId: 'r',
      parentRunId: 'p',
      trigger: 'schedule',
      tags: ['eu'],
      metadata: { a: 1 },
    })
    const task = run.startTask('load', { dependencies: ['extract'] })
    run.startTask('mail', { start: false })
    await pause(5)
    const read = await manager.getRun('r')
    expect(read).toMatchObject({
      runId: 'r',
      workflowId: 'nightly',
      status: 'running',
      endTime: null,
      parentRunId: 'p',
      trigger: 'schedule',
      tags: ['eu'],
      metadata: { a: 1 },
      engine: 'runspan',
      error: null,
      traceId: run.traceId,
    })
    expect(read?.duration).toBeGreaterThan(0.004)
    expect(read?.tasks).toMatchObject([
      { taskId: task.taskId, runId: 'r', nodeId: 'load', status: 'running', dependencies: ['extract'], endTime: null },
      { taskId: '', nodeId: 'mail', status: 'pending', startTime: null, duration: null },
    ])
    run.complete()
  })

  test('are read when they have ended, as their spans say', async () => {
    const run = manager.startRun('nightly')
    const task = run.startTask('load')
    await pause(3)
    task.fail(new TypeError('no such column'))
    run.skipTask('index', 'load failed')
    run.fail(new Error('load failed'))
    const read = await manager.getRun(run.runId)
    expect(read).toMatchObject({ status: 'failed', error: 'load failed' })
    const span = telemetry.span('load')
    const [load, index] = read?.tasks ?? []
    expect(load).toMatchObject({
      status: 'failed',
      reason: null,
      error: { type: 'TypeError', message: 'no such column' },
    })
    expect(load?.error?.stack).toContain('reading.test.ts')
    expect(load?.duration).toBeCloseTo(span.duration[0] + span.duration[1] / 1e9, 5)
    expect(load?.metrics).toMatchObject({
      memoryBytes: span.attributes['process.memory.usage'],
      cpuUserSeconds: span.attributes['process.cpu.time.user'],
      concurrency: 1,
    })
    expect(index).toMatchObject({ status: 'skipped', duration: null, reason: 'load failed' })
    expect(await manager.getTasks(run.runId)).toEqual(read?.tasks)
    expect(await manager.getTask(load?.taskId ?? '')).toEqual(load)
  })

  test('unknown ones are null', async () => {
    expect(await manager.getRun('no')).toBeNull()
    expect(await manager.getTasks('no')).toEqual([])
    expect(await manager.getTask('0000000000000000')).toBeNull()
    manager.startRun('r').startTask('pending', { start: false })
    expect(await manager.getTask('')).toBeNull()
  })

  test('are listed newest first, page by page, each once', async () => {
    for (let index = 0; index < 7; index++) {
      manager
        .startRun(index % 2 === 0 ? 'even' : 'odd', { runId: `r${index}`, tags: [`t${index % 3}`, 'all'] })
        .complete()
      await pause(index === 3 ? 3 : 0)
    }
    const pages: string[][] = []
    let cursor: string | undefined
    do {
      const page: RunPage = await manager.listRuns({ limit: 3, cursor })
      pages.push(page.runs.map((run) => run.runId))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1])
    expect(pages.flat().sort()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6'])
    expect(pages.flat().slice(0, 3).sort()).toEqual(['r4', 'r5', 'r6'])
    const ids = async (filter: RunFilter): Promise<string[]> =>
      (await manager.listRuns(filter)).runs.map((run) => run.runId).sort()
    expect(await ids({ workflow: 'odd' })).toEqual(['r1', 'r3', 'r5'])
    expect(await ids({ tags: ['all', 't1'] })).toEqual(['r1', 'r4'])
    expect(await ids({ status: 'failed' })).toEqual([])
    const started = (await manager.getRun('r4'))?.startTime ?? new Date(0)
    expect(await ids({ from: started })).toContain('r4')
    expect(await ids({ to: started })).not.toContain('r4')
  })

  test.each<[string, RunFilter]>([
    ['no limit', { limit: 0 }],
    ['too many', { limit: 1001 }],
    ['half a run', { limit: 1.5 }],
    ['NaN', { limit: Number.NaN }],
    ['an invalid date', { from: new Date(Number.NaN) }],
    ['a status of tasks', { status: 'skipped' as 'failed' }],
    ['a cursor of somewhere else', { cursor: 'abc' }],
  ])('%s in a filter is refused', async (_, filter) => {
    await expect(manager.listRuns(filter)).rejects.toMatchObject({ code: 'INVALID_FILTER' })
  })

  test('memory is bounded: the last 1,000 ended runs, 10,000 tasks a run, open ones always', async () => {
    const open = manager.startRun('open', { runId: 'open' })
    for (let index = 0; index < 1100; index++) manager.startRun('many', { runId: `m${index}` }).complete()
    expect(await manager.getRun('m99')).toBeNull()
    expect(await manager.getRun('m100')).not.toBeNull()
    for (let index = 0; index < 10_500; index++) open.startTask('t').complete()
    const last = open.startTask('last')
    expect(await manager.getTasks('open')).toHaveLength(10_001)
    open.complete()
    expect(last.status).toBe('cancelled')
    expect(await manager.getTasks('open')).toHaveLength(10_000)
  })

  test('an ended run holds on to nothing of the host', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const key = createContextKey('host')
    const weak = ((): WeakRef<object> => {
      const big = { host: Buffer.alloc(10) }
      const parent = ROOT_CONTEXT.setValue(key, big)
      const run = manager.startRun('r', { runId: 'kept', parent, attributes: { a: 1 } })
      run.startTask('t').complete()
      run.complete()
      return new WeakRef(big)
    })()
    await pause(5)
    telemetry.logExporter.reset()
    collect()
    expect(weak.deref()).toBeUndefined()
    expect((await manager.getTasks('kept')).map((task) => task.nodeId)).toEqual(['t'])
  })

  test('errors in memory are bounded, those in spans are whole', async () => {
    const run = manager.startRun('r')
    const message = 'x'.repeat(30_000)
    for (let index = 0; index < 300; index++) run.startTask(`t${index}`).fail({ message })
    const tasks = await manager.getTasks(run.runId)
    expect(tasks[0]?.error?.message).toBe(message)
    expect(tasks.at(-1)?.error?.message).toHaveLength(200)
    expect(telemetry.span('t299').status.message).toBe(message)
  })
})

describe('with a reader', () => {
  const stored = (runId: string, more: Partial<WorkflowRun> = {}): WorkflowRun => ({
    runId,
    workflow: 'stored',
    workflowId: 'stored',
    status: 'completed',
    startTime: new Date(1000),
    endTime: new Date(2000),
    durationSeconds: 1,
    duration: 1,
    metadata: {},
    tags: [],
    parentRunId: null,
    retryOf: null,
    traceId: null,
    trigger: null,
    engine: 'runspan',
    error: null,
    tasks: [],
    ...more,
  })
  const storedTask = (taskId: string, runId: string): Task => ({
    taskId,
    runId,
    nodeId: 'elsewhere',
    attempt: 1,
    status: 'completed',
    startTime: new Date(1000),
    endTime: new Date(2000),
    durationSeconds: 1,
    duration: 1,
    queueSeconds: null,
    queueTime: null,
    dependencies: [],
    error: null,
    reason: null,
    progress: null,
    metrics: NO_METRICS,
  })

  /** A store in memory that returns what it was given. */
  class Store implements RunReader {
    runs: WorkflowRun[] = []
    nextCursor: string | null = null
    asked: RunFilter[] = []
    getRun = async (runId: string): Promise<WorkflowRun | null> => this.runs.find((run) => run.runId === runId) ?? null
    getTasks = async (runId: string): Promise<readonly Task[]> => (await this.getRun(runId))?.tasks ?? []
    getTask = async (taskId: string): Promise<Task | null> =>
      this.runs.flatMap((run) => run.tasks).find((task) => task.taskId === taskId) ?? null
    listRuns = async (filter: RunFilter): Promise<RunPage> => {
      this.asked.push(filter)
      return { runs: this.runs, nextCursor: this.nextCursor }
    }
    listTasks = async (): Promise<TaskPage> => ({ tasks: this.runs.flatMap((run) => run.tasks), nextCursor: null })
  }

  let store: Store
  let reading: TaskManager
  beforeEach(() => {
    store = new Store()
    reading = new TaskManager({ reader: store, tracerProvider: telemetry.tracerProvider })
  })

  test('stored runs are read, running ones are added', async () => {
    store.runs = [stored('old')]
    const run = reading.startRun('live', { runId: 'new' })
    expect((await reading.getRun('old'))?.workflowId).toBe('stored')
    expect((await reading.getRun('new'))?.status).toBe('running')
    expect((await reading.listRuns()).runs.map((one) => one.runId)).toEqual(['new', 'old'])
    run.complete()
    expect((await reading.getRun('new'))?.status).toBe('completed')
    expect(store.asked).toEqual([{ limit: 50 }])
  })

  test('a run known to both is one: an end that is stored wins, else this process knows better', async () => {
    const run = reading.startRun('live', { runId: 'r' })
    const task = run.startTask('here')
    store.runs = [stored('r', { status: 'running', endTime: null, tasks: [storedTask('aaaaaaaaaaaaaaaa', 'r')] })]
    run.addTags('mine')
    const both = await reading.getRun('r')
    expect(both?.tags).toEqual(['mine'])
    expect(both?.tasks.map((one) => one.nodeId)).toEqual(['elsewhere', 'here'])
    expect((await reading.getTask('aaaaaaaaaaaaaaaa'))?.nodeId).toBe('elsewhere')
    expect((await reading.getTask(task.taskId))?.nodeId).toBe('here')
    run.fail(new Error('x'))
    expect((await reading.listRuns()).runs.map((one) => [one.runId, one.status])).toEqual([['r', 'failed']])
    expect((await reading.listRuns({ status: 'running' })).runs).toEqual([])
    store.runs = [stored('r', { error: 'as stored', status: 'failed' })]
    expect((await reading.getRun('r'))?.error).toBe('as stored')
  })

  test('later pages are the store’s alone', async () => {
    reading.startRun('live')
    store.runs = [stored('old')]
    store.nextCursor = 'more'
    const page = await reading.listRuns({ cursor: 'next', limit: 1 })
    expect(page).toEqual({ runs: store.runs, nextCursor: 'more' })
  })

  test('a store that fails says so', async () => {
    store.getRun = () => Promise.reject(new Error('no connection'))
    await expect(reading.getRun('r')).rejects.toThrow('no connection')
  })
})
