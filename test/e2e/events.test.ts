import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { eventsSince, run as readRun, runs, taskHistory } from '@runspan/analytics'
import { ingestRequest } from '@runspan/collector'
import type { TrackingEvent } from '@runspan/model'
import { SpoolLogRecordProcessor, SpoolSpanProcessor } from '@runspan/spool'
import { EventStream, LiveMonitor, type RunReader, TaskManager } from '@runspan/tracking'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { endSilentRuns } from '../../packages/workspace/src/end-silent-runs.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { type RunModel, storeRuns } from './records.ts'

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

let at: TestServer
let manager: TaskManager
beforeAll(async () => {
  at = await startTestServer()
  const reader = {
    eventsSince: async (position: string | undefined) => {
      await at.deliver()
      return eventsSince(at.clickhouse, { position })
    },
    listRuns: async () => ({ runs: [], nextCursor: null }),
  } as unknown as RunReader
  manager = new TaskManager({
    reader,
    tracerProvider: new BasicTracerProvider({ spanProcessors: [new SpoolSpanProcessor(at.spool)] }),
    loggerProvider: new LoggerProvider({ processors: [new SpoolLogRecordProcessor(at.spool)] }),
  })
})
afterAll(() => at.stop())

const end = async (): Promise<string> => (await eventsSince(at.clickhouse)).position

/** Returns all events since a position, read in pages of a few. */
async function readAll(position: string, limit = 7): Promise<(TrackingEvent & { position: string })[]> {
  const events: (TrackingEvent & { position: string })[] = []
  for (let at_ = position; ;) {
    const page = await eventsSince(at.clickhouse, { position: at_, limit })
    events.push(...page.events)
    if (!page.more) return events
    at_ = page.position
  }
}

function model(id: string): RunModel {
  const task = (node: string, attempt: number, status: 'completed' | 'failed', start: number) =>
    ({ node, attempt, start, end: start + 50, queue: 0, status, dependencies: [] }) as const
  const tasks = [task('a', 1, 'completed', 10), task('b', 1, 'failed', 70), task('b', 2, 'completed', 130)]
  return { id, workflow: 'told', start: 1000, end: 200, status: 'completed', tasks }
}

test('each event is delivered once, whatever the order and number of its records', async () => {
  const before = await end()
  const models = Array.from({ length: 20 }, () => model(randomUUID()))
  await storeRuns(at, models, 5)
  const events = await readAll(before)
  const told = events.map(({ type, runId, ...event }) => `${runId} ${type} ${'nodeId' in event ? event.nodeId : ''}`)
  const expected = models.flatMap(({ id }) => [
    `${id} run.started `,
    `${id} task.completed a`,
    `${id} task.failed b`,
    `${id} task.completed b`,
    `${id} run.completed `,
  ])
  expect(told.toSorted()).toEqual(expected.toSorted())
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
  const failed = events.find(({ type, runId }) => type === 'task.failed' && runId === models[0]!.id)
  expect(failed).toMatchObject({ workflowId: 'told', nodeId: 'b', attempt: 1, duration: 0.05 })
  expect(events.find(({ type }) => type === 'run.completed')).toMatchObject({ duration: 0.2, error: null })
})

test('a reader that resumes from any event’s position gets the rest, also after merges and repeated records', async () => {
  const before = await end()
  const models = Array.from({ length: 6 }, () => model(randomUUID()))
  await storeRuns(at, models, 1)
  const events = await readAll(before)
  await at.clickhouse.command('OPTIMIZE TABLE workflow_events FINAL')
  for (const index of [0, 7, events.length - 1]) {
    const rest = await readAll(events[index]!.position)
    expect(rest.map(({ id }) => id)).toEqual(events.slice(index + 1).map(({ id }) => id))
  }
  await storeRuns(at, models, 2)
  expect(await readAll(events.at(-1)!.position)).toEqual([])
})

test('a stream that follows the store tells what other processes do, and can be resumed', async () => {
  const told: string[] = []
  const first = new EventStream(manager, { follow: 'store', pollSeconds: 0.05 })
  first.on('task.completed', ({ nodeId }) => void told.push(nodeId))
  first.start()
  await expect.poll(() => first.position).toBeDefined()
  const run = manager.startRun('followed')
  run.startTask('one').complete()
  await expect.poll(() => told).toEqual(['one'])
  await first.stop()
  run.startTask('two').complete()
  run.complete()
  await at.deliver()
  const second = new EventStream(manager, { follow: 'store', pollSeconds: 0.05, position: first.position })
  const seen: string[] = []
  for await (const event of second) {
    seen.push(event.type)
    if (seen.length === 2) break
  }
  await second.stop()
  expect(seen.toSorted()).toEqual(['run.completed', 'task.completed'])
})

test('a long task is visible while it runs: its start, its progress, the monitor', async () => {
  const monitor = new LiveMonitor(manager, { follow: 'store', pollSeconds: 0.05 })
  await monitor.start()
  const before = await end()
  const run = manager.startRun('slow', { runId: 'slow-1', retryOf: 'slow-0' })
  const task = run.startTask('crunch', { attempt: 2 })
  task.progress(40, 200, 'orders')
  await expect.poll(() => monitor.getStats().activeTasks).toBe(1)
  await at.deliver()
  const report = await readRun(at.clickhouse, 'slow-1')
  expect(report).toMatchObject({ status: 'running', retryOf: 'slow-0' })
  expect(report.taskList).toMatchObject([
    { nodeId: 'crunch', status: 'running', progress: { done: 40, total: 200, message: 'orders' } },
  ])
  task.progress(90)
  const progress = async (): Promise<unknown> => (await readRun(at.clickhouse, 'slow-1')).taskList[0]?.progress
  await expect.poll(progress).toEqual({ done: 90, total: null, message: null })
  task.complete()
  run.complete()
  await expect.poll(() => monitor.getStats().activeRuns).toBe(0)
  expect(monitor.getStats()).toMatchObject({ completedRuns: 1, completedTasks: 1, activeTasks: 0 })
  await monitor.stop()
  const events = await readAll(before)
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['run.started', 'task.started', 'task.retried', 'task.progress', 'task.completed']),
  )
  expect((await runs(at.clickhouse, { retryOf: 'slow-0' })).runs.map(({ runId }) => runId)).toEqual(['slow-1'])
})

test('runs are found by their metadata', async () => {
  const metadata = { region: 'eu "1"/é', number: 42, on: true, list: [1, { a: null }] }
  manager.startRun('found', { runId: 'found-1', metadata }).complete()
  manager.startRun('found', { runId: 'found-2', metadata: { ...metadata, number: 43 } }).complete()
  await at.deliver()
  const ids = async (wanted: Record<string, never>): Promise<string[]> =>
    (await runs(at.clickhouse, { metadata: wanted })).runs.map(({ runId }) => runId)
  expect(await ids({ number: 42 } as never)).toEqual(['found-1'])
  expect((await ids({ region: 'eu "1"/é', on: true, list: [1, { a: null }] } as never)).toSorted()).toEqual([
    'found-1',
    'found-2',
  ])
  expect(await ids({ number: '42' } as never)).toEqual([])
})

test('the history of a task goes over all runs, newest first, page by page', async () => {
  for (let i = 0; i < 7; i++) {
    const run = manager.startRun('history', { runId: `history-${i}` })
    run.startTask('other').complete()
    const task = run.startTask('load')
    if (i === 3) task.fail(new RangeError('too many'))
    else task.complete()
    run.complete()
  }
  await at.deliver()
  const question = { workflow: 'history', nodeId: 'load', limit: 3 }
  const one = await taskHistory(at.clickhouse, question)
  const two = await taskHistory(at.clickhouse, { ...question, cursor: one.nextCursor! })
  const three = await taskHistory(at.clickhouse, { ...question, cursor: two.nextCursor! })
  expect([one, two, three].flatMap(({ tasks }) => tasks.map(({ runId }) => runId))).toEqual(
    [6, 5, 4, 3, 2, 1, 0].map((i) => `history-${i}`),
  )
  expect(three.nextCursor).toBeNull()
  expect(two.tasks[0]).toMatchObject({ status: 'failed', error: { type: 'RangeError', message: 'too many' } })
  expect(two.tasks[0]!.error!.stack).toContain('RangeError')
})

test('a silent run is ended as lost, with the known reason, and is running again when it is resumed', async () => {
  const started = Date.now() - 200_000
  const record = (
    runId: string,
    host: string,
    pid: number,
    at_: number,
    more: object[] = [],
    spanId = 'ab12',
  ): object => ({
    resourceLogs: [
      {
        resource: {
          attributes: [
            { key: 'service.name', value: { stringValue: 'silent' } },
            { key: 'host.name', value: { stringValue: host } },
            { key: 'process.pid', value: { intValue: String(pid) } },
          ],
        },
        scopeLogs: [
          {
            scope: { name: 'runspan' },
            logRecords: [
              {
                timeUnixNano: `${at_}000000`,
                eventName: more.length > 0 ? 'workflow.task.started' : 'workflow.run.started',
                traceId: Buffer.from(runId).toString('hex').padStart(32, '0'),
                spanId: spanId.padStart(16, '0'),
                attributes: [
                  { key: 'workflow.name', value: { stringValue: 'silent' } },
                  { key: 'workflow.run.id', value: { stringValue: runId } },
                  ...more,
                ],
              },
            ],
          },
        ],
      },
    ],
  })
  const task = [{ key: 'workflow.task.id', value: { stringValue: 'open' } }]
  ingestRequest(record('gone-here', hostname(), 2 ** 30, started), at.spool)
  ingestRequest(record('gone-here', hostname(), 2 ** 30, started + 5000, task, 'cd34'), at.spool)
  ingestRequest(record('gone-there', 'no-such-host', 17, started), at.spool)
  ingestRequest(record('lives-here', hostname(), process.pid, started), at.spool)
  await at.deliver()
  const before = await end()
  expect(await endSilentRuns(at.clickhouse, at.spool)).toBe(2)
  await at.deliver()
  expect(await endSilentRuns(at.clickhouse, at.spool)).toBe(0)
  const here = await readRun(at.clickhouse, 'gone-here')
  expect(here).toMatchObject({ status: 'lost', durationSeconds: 5, error: `process ${2 ** 30} is gone` })
  expect(here.taskList).toMatchObject([{ nodeId: 'open', status: 'lost', reason: `process ${2 ** 30} is gone` }])
  expect((await readRun(at.clickhouse, 'gone-there')).error).toBe('nothing is heard of no-such-host')
  expect((await readRun(at.clickhouse, 'lives-here')).error).toMatch(/^no sign of life since /)
  const lost = (await readAll(before)).filter(({ type }) => type === 'run.lost')
  expect(lost.map(({ runId }) => runId).toSorted()).toEqual(['gone-here', 'gone-there'])

  ingestRequest(record('gone-here', 'elsewhere', 99, Date.now(), [], 'ef56'), at.spool)
  await at.deliver()
  expect(await readRun(at.clickhouse, 'gone-here')).toMatchObject({ status: 'running', endTime: null })
  const resumed = await runs(at.clickhouse, { workflow: 'silent', status: 'running' })
  expect(resumed.runs.map(({ runId }) => runId)).toEqual(['gone-here'])
})
