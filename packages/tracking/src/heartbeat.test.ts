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
