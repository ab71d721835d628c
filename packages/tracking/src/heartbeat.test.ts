import { attributes as names, HEARTBEAT_SECONDS } from '@runspan/model'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Telemetry } from './telemetry.fixture.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a run says every 30 s that it lives, until it ends', () => {
  const { manager, logExporter } = new Telemetry()
  const beats = (): unknown[] =>
    logExporter
      .getFinishedLogRecords()
      .filter(({ eventName }) => eventName === names.EVENT_RUN_HEARTBEAT)
      .map(({ attributes }) => attributes[names.WORKFLOW_RUN_ID])
  const one = manager.startRun('long', { runId: 'one' })
  manager.startRun('long', { runId: 'two' }).complete()
  vi.advanceTimersByTime(2 * HEARTBEAT_SECONDS * 1000)
  expect(beats()).toEqual(['one', 'one'])
  one.complete()
  vi.advanceTimersByTime(5 * HEARTBEAT_SECONDS * 1000)
  expect(beats()).toHaveLength(2)
  expect(vi.getTimerCount()).toBe(0)
})

test('a clock set back suppresses no heartbeat, and set forward makes no task longer', async () => {
  const { manager, logExporter, spans } = new Telemetry()
  const run = manager.startRun('long', { runId: 'one' })
  const across = run.startTask('across')
  vi.setSystemTime(Date.now() - 3_600_000)
  vi.advanceTimersByTime(400)
  across.complete()
  const after = run.startTask('after')
  vi.advanceTimersByTime(HEARTBEAT_SECONDS * 1000)
  vi.setSystemTime(Date.now() + 7_200_000)
  const last = run.startTask('last')
  vi.advanceTimersByTime(400)
  for (const task of [after, last]) task.complete()
  run.complete()
  const beats = logExporter.getFinishedLogRecords().filter(({ eventName }) => eventName === names.EVENT_RUN_HEARTBEAT)
  expect(beats).toHaveLength(1)
  const seconds = spans.map(({ name, duration: [whole, nanoseconds] }) => [
    name,
    whole + Math.round(nanoseconds / 1e6) / 1000,
  ])
  expect(seconds).toEqual([
    ['across', 0.4],
    ['after', 30.4],
    ['last', 0.4],
    ['long', 30.8],
  ])
  const { duration, tasks } = (await manager.getRun('one'))!
  expect([duration, tasks[0]?.duration].map((one) => Math.round(one! * 1000))).toEqual([30_800, 400])
})

test('a task that takes a while says once that it began; shorter ones are spared the record', () => {
  const { manager, logExporter } = new Telemetry()
  const run = manager.startRun('long')
  run.startTask('short').complete()
  const slow = run.startTask('slow', { attempt: 2 })
  vi.advanceTimersByTime(5000)
  slow.complete()
  run.complete()
  const starts = logExporter.getFinishedLogRecords().filter(({ eventName }) => eventName === names.EVENT_TASK_STARTED)
  expect(starts.map(({ attributes, spanContext }) => [attributes, spanContext?.spanId])).toEqual([
    [
      {
        [names.WORKFLOW_NAME]: 'long',
        [names.WORKFLOW_RUN_ID]: run.runId,
        [names.WORKFLOW_TASK_ID]: 'slow',
        [names.WORKFLOW_TASK_ATTEMPT]: 2,
      },
      slow.taskId,
    ],
  ])
})
