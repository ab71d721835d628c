import { setTimeout as sleep } from 'node:timers/promises'

import type { UsualQuestion } from '@runspan/model'
import { expect, test } from 'vitest'

import { LiveMonitor, type LiveStats, type RunReader } from './index.ts'
import { carryContexts, Telemetry } from './telemetry.fixture.ts'

carryContexts()

test('the seed’s way: start, run, get statistics', async () => {
  const { manager } = new Telemetry()
  const before = manager.startRun('orders', { runId: 'before' })
  before.startTask('already-open')
  const monitor = new LiveMonitor(manager)
  await monitor.start()
  const run = manager.startRun('orders', { runId: 'now' })
  run.startTask('a').complete()
  run.startTask('b').fail(new Error('no'))
  run.skipTask('c', 'b failed')
  const open = run.startTask('d')
  open.progress(30, 100, 'orders')
  await sleep(20)
  const stats = monitor.getStats()
  expect(stats).toMatchObject({
    activeRuns: 2,
    activeTasks: 2,
    completedTasks: 1,
    failedTasks: 1,
    skippedTasks: 1,
    failureRate: 0.5,
    oldestTask: { runId: 'before', nodeId: 'already-open' },
    estimatedSecondsLeft: null,
    runs: [
      { runId: 'before', tasks: [{ nodeId: 'already-open', progress: null }] },
      {
        runId: 'now',
        completedTasks: 1,
        failedTasks: 1,
        longerThanUsual: null,
        tasks: [{ nodeId: 'd', progress: { done: 30, total: 100, message: 'orders' } }],
      },
    ],
  })
  expect(stats.tasksPerSecond).toBeGreaterThan(0)
  run.fail(new Error('b failed'))
  before.complete()
  await sleep(20)
  expect(monitor.getStats()).toMatchObject({
    activeRuns: 0,
    activeTasks: 0,
    completedRuns: 1,
    failedRuns: 1,
    cancelledTasks: 2,
    oldestTask: null,
  })
  await monitor.stop()
})

test('for await gives statistics until it is stopped', async () => {
  const { manager } = new Telemetry()
  const monitor = new LiveMonitor(manager, { everySeconds: 0.01 })
  const seen: LiveStats[] = []
  const run = manager.startRun('orders')
  for await (const stats of monitor) {
    if (seen.push(stats) === 2) run.complete()
    if (stats.activeRuns === 0) await monitor.stop()
  }
  expect(seen.length).toBeGreaterThan(2)
  expect(seen.at(-1)).toMatchObject({ activeRuns: 0, completedRuns: 1 })
})

test('the time left is estimated from the history of the workflow, if there is enough of it', async () => {
  const reader = {
    usualDurations: async (runs: readonly UsualQuestion<Date>[]) =>
      runs.map(
        ({ workflow }) =>
          ({
            known: { runs: 12, medianSeconds: 60, p95Seconds: 90 },
            slow: { runs: 12, medianSeconds: 0.001, p95Seconds: 0.002 },
          })[workflow] ?? null,
      ),
  } as unknown as RunReader
  const { manager } = new Telemetry({ reader })
  const monitor = new LiveMonitor(manager)
  await monitor.start()
  for (const workflow of ['known', 'slow', 'new', 'never seen']) manager.startRun(workflow)
  await sleep(20)
  monitor.getStats() // requests the usual durations
  await sleep(20)
  const { runs, estimatedSecondsLeft } = monitor.getStats()
  expect(runs.map(({ workflowId, longerThanUsual }) => [workflowId, longerThanUsual])).toEqual([
    ['known', false],
    ['slow', true],
    ['new', null],
    ['never seen', null],
  ])
  const left = runs.map((run) => run.estimatedSecondsLeft)
  expect(left[0]).toBeGreaterThan(59)
  expect(left[0]).toBeLessThan(60)
  expect(left.slice(1)).toEqual([0, null, null])
  expect(estimatedSecondsLeft).toBe(left[0])
  await monitor.stop()
})

test('events before the call are counted without a turn of the event loop; other handlers get them in the next turn', async () => {
  const { manager } = new Telemetry()
  const told: string[] = []
  manager.addHandler({ handle: ({ type }) => void told.push(type) })
  const monitor = new LiveMonitor(manager)
  await monitor.start()
  await manager.withRun('orders', (run) => run.withTask('load', async () => undefined))
  const before = told.length
  expect(monitor.getStats()).toMatchObject({ activeRuns: 0, activeTasks: 0, completedTasks: 1, completedRuns: 1 })
  expect(told).toHaveLength(before)
  const run = manager.startRun('orders')
  for (let i = 0; i < 12_000; i++) run.startTask('many').complete()
  const open = run.startTask('open')
  expect(monitor.getStats()).toMatchObject({ activeRuns: 1, activeTasks: 1, completedTasks: 12_001 })
  open.fail(new Error('no'))
  expect(monitor.getStats()).toMatchObject({ activeTasks: 0, failedTasks: 1 })
  await new Promise((resolve) => setImmediate(resolve))
  expect(monitor.getStats()).toMatchObject({ completedTasks: 12_001, failedTasks: 1 }) // each once
  expect(told.filter((type) => type === 'task.completed')).toHaveLength(12_001)
  run.complete()
  await monitor.stop()
})
