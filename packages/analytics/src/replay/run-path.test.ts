import { expect, test } from 'vitest'

import { outerIntervals } from './parallelism.ts'
import { pathOfRun, pathTasks } from './run-path.ts'
import { taskRow } from './task-row.fixture.ts'

const run = { start: '2026-11-20 00:00:10.000000000', end: '2026-11-20 00:00:40.000000000' }

test('ended and skipped attempts in seconds after the start of the run', () => {
  const rows = [
    taskRow('a', 12, 3, { dependencies: ['z'], parentTaskId: 'p' }),
    taskRow('b', 15, null, { status: 'skipped' }),
    taskRow('c', 15, 4, { status: 'cancelled' }),
    taskRow('open', 16, 9, { status: 'running' }),
    taskRow('waits', 16, 9, { status: 'pending' }),
    taskRow('lost', 16, 9, { status: 'lost' }),
  ]
  expect(pathTasks(run, rows)).toMatchObject([
    { nodeId: 'a', start: 2, end: 5, dependencies: ['z'], parentTaskId: 'p', skipped: undefined },
    { nodeId: 'b', start: 5, end: 5, skipped: true },
    { nodeId: 'c', start: 5, end: 9 },
  ])
})

test('the path of an ended run leads to its last task, and the tail is the time after it', () => {
  const path = pathOfRun(run, [taskRow('a', 11, 9), taskRow('b', 20, 15)])
  expect(path.steps.map(({ nodeId, selfSeconds, waitSeconds }) => [nodeId, selfSeconds, waitSeconds])).toEqual([
    ['a', 9, 1],
    ['b', 15, 0],
  ])
  expect([path.tailSeconds, path.skewSeconds]).toEqual([5, 0])
})

test('the path of a running run ends at the open task that started first, through tasks that ended before it', () => {
  const rows = [
    taskRow('a', 11, 4),
    taskRow('ends too late', 11, 10),
    taskRow('later', 25, 15, { status: 'running' }),
    taskRow('open', 20, 20, { status: 'running' }),
  ]
  const path = pathOfRun(run, rows)
  expect(path.steps.map(({ nodeId, selfSeconds, waitSeconds }) => [nodeId, selfSeconds, waitSeconds])).toEqual([
    ['a', 4, 1],
    ['open', 20, 5],
  ])
  expect([path.tailSeconds, path.skewSeconds]).toEqual([0, 0])
})

test('a clock difference is skew, also for an open task', () => {
  const path = pathOfRun(run, [taskRow('open', 45, 1, { status: 'lost' })])
  expect(path.steps).toMatchObject([{ nodeId: 'open', selfSeconds: 0 }])
  expect(path.skewSeconds).toBe(5)
})

test('attempts that took time and are not inside another', () => {
  const rows = [
    taskRow('a', 12, 3),
    taskRow('inside', 12, 2, { parentTaskId: 'a' }),
    taskRow('skipped', 13, null, { status: 'skipped' }),
    taskRow('no end', 14, null),
  ]
  expect(outerIntervals(run.start, rows)).toEqual([
    { from: 2, to: 5 },
    { from: 4, to: 4 },
  ])
})
