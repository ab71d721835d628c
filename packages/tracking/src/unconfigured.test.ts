import { diag, type DiagLogger } from '@opentelemetry/api'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { lossCounts, TaskManager } from './index.ts'

const warn = vi.fn<DiagLogger['warn']>()
beforeAll(() => {
  diag.setLogger({ warn, error: warn, info: () => {}, debug: () => {}, verbose: () => {} })
})
afterAll(() => {
  diag.disable()
})

// No OpenTelemetry SDK is registered in this file.
const manager = new TaskManager()

test('without an SDK functions run, and what ran can be read from memory', async () => {
  const runId = await manager.withRun('nightly', { tags: ['a'], metadata: { day: 24 } }, async (run) => {
    expect(run.traceId).toBeNull()
    expect(run.carrier()).toEqual({ runId: run.runId, workflow: 'nightly' })
    await run.withTask('load', { attempt: 2, queueSeconds: 1 }, (task) => {
      task.setMetric('rows', 3)
      task.setAttribute('host.x', 1)
      return task.withTask('part', () => {})
    })
    run.skipTask('index', 'nothing new')
    return run.runId
  })
  const run = await manager.getRun(runId)
  expect(run).toMatchObject({
    workflowId: 'nightly',
    status: 'completed',
    tags: ['a'],
    metadata: { day: 24 },
    traceId: null,
  })
  expect(run?.tasks.map((task) => [task.nodeId, task.status, task.attempt])).toEqual([
    ['load', 'completed', 2],
    ['part', 'completed', 1],
    ['index', 'skipped', 1],
  ])
  expect(run?.tasks[0]).toMatchObject({ queueTime: 1, metrics: { custom: { rows: 3 }, cpuPercent: null } })
  const ids = run?.tasks.map((task) => task.taskId) ?? []
  expect(new Set(ids).size).toBe(3)
  expect(await manager.getTask(ids[1] ?? '')).toEqual(run?.tasks[1])
})

test('errors come back as they were', async () => {
  const error = new Error('own')
  const failing = manager.withRun('nightly', (run) => run.withTask('load', () => Promise.reject(error)))
  await expect(failing).rejects.toBe(error)
})

test('without context propagation a task of the active run is run, counted and logged once', async () => {
  const before = lossCounts()['task-outside-run'] ?? 0
  await manager.withRun('nightly', async () => {
    expect(await manager.withTask('a', () => 1)).toBe(1)
    expect(await manager.withTask('b', { attempt: 2 }, (task) => task.attempt)).toBe(2)
  })
  expect(lossCounts()['task-outside-run']).toBe(before + 2)
  expect(warn.mock.calls.filter(([text]) => text.includes('task-outside-run'))).toHaveLength(1)
})
