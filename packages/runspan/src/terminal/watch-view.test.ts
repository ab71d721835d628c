import type { TrackingEvent } from '@runspan/model'
import type { LiveRun, LiveStats } from '@runspan/tracking'
import { expect, test } from 'vitest'

import { makeTerminal } from './terminal.ts'
import { cells } from './text.ts'
import { watchView } from './watch-view.ts'

const live = (i: number, tasks: number): LiveRun => ({
  runId: `0199c368-bfc1-7a3e-9b1d-6f0a8e2c4d7${i % 10}`,
  workflowId: i === 0 ? 'nightly-orders' : `workflow-\u001B[31m-${i}`,
  startTime: new Date('2026-11-24T14:00:00Z'),
  runningSeconds: 192 + i,
  completedTasks: 3,
  failedTasks: i % 2,
  estimatedSecondsLeft: i === 0 ? 50.2 : null,
  longerThanUsual: i === 1 ? true : i === 0 ? false : null,
  tasks: Array.from({ length: tasks }, (_, j) => ({
    taskId: `${j}`,
    nodeId: j === 0 ? 'load-warehouse' : `a-task-with-a-name-that-is-much-longer-than-any-column-${j}`,
    attempt: j + 1,
    runningSeconds: 62 - j,
    progress: j === 0 ? { done: 31_000, total: 50_000, message: 'orders of 24 November' } : null,
  })),
})

const stats = (runs: readonly LiveRun[]): LiveStats => ({
  time: new Date('2026-11-24T14:03:12Z'),
  activeRuns: runs.length,
  completedRuns: 41,
  failedRuns: 1,
  cancelledRuns: 0,
  activeTasks: runs.reduce((sum, { tasks }) => sum + tasks.length, 0),
  completedTasks: 512,
  failedTasks: 2,
  skippedTasks: 0,
  cancelledTasks: 0,
  failureRate: 0.004,
  tasksPerSecond: 12.34,
  runsPerSecond: 1,
  oldestTask: null,
  estimatedSecondsLeft: 50.2,
  runs,
})

const failed: TrackingEvent = {
  type: 'task.failed',
  id: '1',
  time: new Date('2026-11-24T14:00:11Z'),
  runId: 'r1',
  workflowId: 'nightly-orders',
  taskId: 'ab',
  nodeId: 'send',
  attempt: 1,
  duration: 0.3,
  error: { type: 'Error', message: 'SMTP said\nno', stack: null },
  reason: null,
}

test('counts, running runs with their tasks, what happened last', () => {
  const lines = watchView(
    { stats: stats([live(0, 2)]), events: [failed], height: 24, behindSeconds: 0 },
    makeTerminal({ width: 110, color: false }),
  )
  expect(lines).toEqual([
    '▶ 1 running   ✓ 41 completed   ✕ 1 failed   2 tasks running, 512 done   2 failed   12.3 tasks/s   about 50s …',
    '',
    '▶ nightly-orders  0199c368-bfc1  3m12s  3 done  about 50s left',
    '    load-warehouse                            1m02s  ▇▇▇▇▇▇▇╌╌╌╌╌  62%  31k of 50k  orders of 24 November',
    '    a-task-with-a-name-…lumn-1 (attempt 2)    1m01s',
    '',
    '14:00:11  ✕ nightly-orders r1  send  failed  300ms  Error: SMTP said\\nno',
  ])
})

test.each([60, 80, 120])('fits a terminal of %i cells, and of any height', (width) => {
  for (const height of [8, 12, 24]) {
    const runs = Array.from({ length: 20 }, (_, i) => live(i, 3))
    const lines = watchView(
      { stats: stats(runs), events: Array.from({ length: 30 }, () => failed), height, behindSeconds: 120 },
      makeTerminal({ width, color: true }),
    )
    expect(lines.length).toBeLessThanOrEqual(height)
    for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(width)
    expect(lines.join('')).not.toContain('-\u001B[31m-')
    expect(lines.some((line) => /\d+ more running/.test(line))).toBe(true)
  }
})

test('a delivery lag is shown under the counts', () => {
  const lines = watchView(
    { stats: stats([]), events: [], height: 24, behindSeconds: 120 },
    makeTerminal({ width: 110, color: false }),
  )
  expect(lines[1]).toMatch(/^2m00s behind: records wait in the spool/)
})

test('without running runs it says so', () => {
  expect(
    watchView(
      { stats: stats([]), events: [], height: 24, behindSeconds: 0 },
      makeTerminal({ width: 80, color: false }),
    ),
  ).toContain('Nothing runs.')
})
